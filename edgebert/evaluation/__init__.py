"""How good a bundle's answers are: labelled rows, the field's usual metrics, int8 against fp32."""

from edgebert.evaluation.comparison import Comparison, Difference, McNemar
from edgebert.evaluation.evaluate import BackendPair, Evaluation, Result, evaluate
from edgebert.evaluation.measures import DataFields

__all__ = [
    "BackendPair",
    "Comparison",
    "DataFields",
    "Difference",
    "Evaluation",
    "McNemar",
    "Result",
    "evaluate",
]
