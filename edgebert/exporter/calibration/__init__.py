"""Calibration: texts in, one table of ranges out, which every backend takes its scales from."""

from edgebert.exporter.calibration.calibrate import SiteGraph, calibrate
from edgebert.exporter.calibration.observers import OBSERVERS, Observer
from edgebert.exporter.calibration.outliers import (
    NO_OUTLIERS,
    OUTLIER_LIMIT,
    OUTLIER_RATIO,
    Outliers,
    choose_outliers,
)
from edgebert.exporter.calibration.parameters import (
    QuantParameters,
    activation_parameters,
    quantize_weight,
    representable_range,
    weight_scales,
)
from edgebert.exporter.calibration.table import CalibrationTable, Range, SiteRanges
from edgebert.exporter.calibration.table_file import (
    decode_table,
    encode_table,
    read_table,
)
from edgebert.exporter.calibration.texts import TextSample, draw_texts, read_texts, text_digest

__all__ = [
    "NO_OUTLIERS",
    "OBSERVERS",
    "OUTLIER_LIMIT",
    "OUTLIER_RATIO",
    "CalibrationTable",
    "Observer",
    "Outliers",
    "QuantParameters",
    "Range",
    "SiteGraph",
    "SiteRanges",
    "TextSample",
    "activation_parameters",
    "calibrate",
    "choose_outliers",
    "decode_table",
    "draw_texts",
    "encode_table",
    "quantize_weight",
    "read_table",
    "read_texts",
    "representable_range",
    "text_digest",
    "weight_scales",
]
