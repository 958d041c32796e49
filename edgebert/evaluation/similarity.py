"""Sentence similarity: how embeddings' cosines rank pairs of texts, against people's scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from edgebert.errors import EdgebertError
from edgebert.evaluation.measure import Columns, Metric, Model, Score, Scores
from edgebert.evaluation.ranks import rank_correlation
from edgebert.evaluation.rows import Row
from edgebert.tasks.feature_extraction import SHORTEST_NORM
from edgebert.tasks.truncation import encode_truncated


@dataclass(frozen=True)
class ScoredPair:
    """Two texts and how alike they are."""

    text: str
    pair: str
    score: float


def spearman(columns: Columns) -> float:
    """Return Spearman's correlation of the cosines with the rows' scores."""
    return rank_correlation(columns["cosine"], columns["score"])


@dataclass(frozen=True)
class SimilarityMeasure:
    """Ranks pairs of texts by the cosine of their embeddings.

    Attributes:
        field, pair_field, label_field: the names of the data's fields.

    """

    field: str = "text"
    pair_field: str = "text_pair"
    label_field: str = "score"
    columns: ClassVar[tuple[str, ...]] = ("score", "cosine")
    metrics: ClassVar[Mapping[str, Metric]] = {"spearman": spearman}

    def example(self, row: Row) -> ScoredPair:
        """See Measure."""
        return ScoredPair(
            row.text(self.field), row.text(self.pair_field), row.number(self.label_field)
        )

    def score(self, model: Model, example: ScoredPair) -> Score:
        """See Measure."""
        vectors, cut = [], False
        for text in (example.text, example.pair):
            encoding, truncated = encode_truncated(model.tokenizer, text, None, model.max_length)
            vector = model.outputs(encoding)[model.output_names[0]].astype(np.float64)
            if vector.ndim != 1:
                raise EdgebertError(
                    "feature-extraction: the model gives a vector for each token, expected one "
                    "for the text; export with --pooling mean, cls or pooler"
                )
            vectors.append(vector / max(float(np.linalg.norm(vector)), SHORTEST_NORM))
            cut |= truncated
        return Score((example.score, float(vectors[0] @ vectors[1])), "", cut)

    def agreement(self, these: Scores, others: Scores) -> float:
        """See Measure; Spearman's correlation of the two models' cosines."""
        return rank_correlation(these.columns["cosine"], others.columns["cosine"])

    def correct(self, columns: Columns) -> NDArray[np.bool_] | None:
        """See Measure; a row is right by degree."""
        return None
