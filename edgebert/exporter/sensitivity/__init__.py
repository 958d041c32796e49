"""Sensitivity: which sites, layers and kinds of sites lose accuracy when they are quantised."""

from edgebert.exporter.sensitivity.analysis import analyse
from edgebert.exporter.sensitivity.measure import measure_sensitivity
from edgebert.exporter.sensitivity.model import LabelledRows, read_labelled_rows
from edgebert.exporter.sensitivity.report import (
    Analysis,
    Damage,
    PartDamage,
    Sensitivity,
    encode_report,
    worst_sites,
)

__all__ = [
    "Analysis",
    "Damage",
    "LabelledRows",
    "PartDamage",
    "Sensitivity",
    "analyse",
    "encode_report",
    "measure_sensitivity",
    "read_labelled_rows",
    "worst_sites",
]
