"""Feature extraction: the embedding of a text, or the state of each of its tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from edgebert.bundle.manifest import FEATURE_EXTRACTION, Manifest
from edgebert.engines.session import Float32Array
from edgebert.tasks.task import Answer, EncodedRequest, Outputs, Task
from edgebert.text import WordPieceTokenizer

# Below this a vector counts as zero and stays as it is; PyTorch's `normalize` has the same bound.
SHORTEST_NORM = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class Embedding(Answer):
    """The embedding of a text: float32 [channels]."""

    embedding: Float32Array


@dataclass(frozen=True, kw_only=True, eq=False)
class TokenStates(Answer):
    """The tokens of a text with special tokens, and their states float32 [tokens, channels]."""

    tokens: tuple[str, ...]
    states: Float32Array


@dataclass(frozen=True)
class FeatureExtraction(Task):
    """Turns a text into numbers that other programs work on.

    Attributes:
        output: the name of the graph's output.
        pooled: whether the graph pools the tokens to one embedding.
        normalize: whether an embedding is scaled to length 1 (Euclidean).

    """

    name = FEATURE_EXTRACTION

    output: str
    pooled: bool
    normalize: bool

    @classmethod
    def of_bundle(cls, manifest: Manifest, tokenizer: WordPieceTokenizer) -> Self:
        """Build the task of a bundle."""
        return cls(
            tokenizer,
            max(manifest.buckets),
            output=manifest.outputs[0].name,
            pooled=manifest.pooling != "none",
            normalize=manifest.normalize,
        )

    def decode(self, encoded: EncodedRequest, outputs: Sequence[Outputs]) -> Answer:
        """See Task; an `Embedding` of a pooling graph, else `TokenStates`."""
        values = outputs[0][self.output]
        if not self.pooled:
            tokens = tuple(self.tokenizer.token(id) for id in encoded.encodings[0].input_ids)
            return TokenStates(truncated=encoded.truncated, tokens=tokens, states=values)
        if self.normalize:
            values = (values / max(float(np.linalg.norm(values)), SHORTEST_NORM)).astype(np.float32)
        return Embedding(truncated=encoded.truncated, embedding=values)
