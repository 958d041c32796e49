"""Quantization: a plan of precisions and scales, and the graph that computes in them."""

from edgebert.exporter.quantization.plan import LinearQuantization, QuantizationPlan, plan_mode
from edgebert.exporter.quantization.quantize import quantize_graph, split_outliers

__all__ = [
    "LinearQuantization",
    "QuantizationPlan",
    "plan_mode",
    "quantize_graph",
    "split_outliers",
]
