"""Feature extraction: the embedding of a text, or the state of each of its tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edgebert.engines.session import Float32Array
from edgebert.tasks.request import Request, check_parts
from edgebert.tasks.task import Answer, EncodedRequest, Outputs
from edgebert.tasks.truncation import encode_truncated
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


class FeatureExtraction:
    """Turns a text into numbers that other programs work on."""

    def __init__(
        self,
        tokenizer: WordPieceTokenizer,
        max_length: int,
        *,
        output: str,
        pooled: bool,
        normalize: bool,
    ) -> None:
        """Set up the task.

        Args:
            tokenizer: the bundle's tokenizer.
            max_length: the longest input in tokens, special tokens included.
            output: the name of the graph's output.
            pooled: whether the graph pools the tokens to one embedding.
            normalize: whether an embedding is scaled to length 1 (Euclidean).

        """
        self._tokenizer = tokenizer
        self._max_length = max_length
        self._output = output
        self._pooled = pooled
        self._normalize = normalize

    def encode(self, request: Request) -> EncodedRequest:
        """See Task."""
        check_parts(request, "feature-extraction")
        encoding, truncated = encode_truncated(
            self._tokenizer, request.text, None, self._max_length
        )
        return EncodedRequest(request, (encoding,), truncated)

    def decode(self, encoded: EncodedRequest, outputs: Sequence[Outputs]) -> Answer:
        """See Task; an `Embedding` of a pooling graph, else `TokenStates`."""
        values = outputs[0][self._output]
        if not self._pooled:
            tokens = tuple(self._tokenizer.token(id) for id in encoded.encodings[0].input_ids)
            return TokenStates(truncated=encoded.truncated, tokens=tokens, states=values)
        if self._normalize:
            values = (values / max(float(np.linalg.norm(values)), SHORTEST_NORM)).astype(np.float32)
        return Embedding(truncated=encoded.truncated, embedding=values)
