"""Turns texts into the deployment graph's inputs."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from edgebert.engines.inputs import pad_inputs
from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import TextSample
from edgebert.text import Encoding, WordPieceTokenizer

# With more unknown tokens than this the text is of another script or language than the checkpoint.
MAX_UNKNOWN_SHARE = 0.5


@dataclass(frozen=True)
class TextInputs:
    """Makes a graph's inputs of texts.

    Attributes:
        tokenizer: the checkpoint's tokenizer.
        input_names: the inputs that the graph takes.
        max_length: where texts are cut, in tokens.
        allow_mask: whether the mask token in a text is read as the mask.
    """

    tokenizer: WordPieceTokenizer
    input_names: tuple[str, ...]
    max_length: int
    allow_mask: bool = False

    def encode(self, sample: TextSample, max_length: int | None = None) -> Encoding:
        """Tokenize a text or a pair, cut to a length or to the graph's."""
        length = max_length or self.max_length
        return self.tokenizer.encode(
            sample.text, sample.pair, max_length=length, allow_mask=self.allow_mask
        )

    def tensors(self, encoding: Encoding, bucket: int | None = None) -> tuple[Tensor, ...]:
        """Return the graph's inputs, each int32 [1, tokens]: padded to a bucket if given."""
        arrays = pad_inputs(
            encoding.input_ids,
            encoding.token_type_ids,
            len(encoding) if bucket is None else bucket,
            self.tokenizer.pad_id,
            self.input_names,
        )
        return tuple(torch.from_numpy(array) for array in arrays.values())


def encode_calibration(
    inputs: TextInputs, samples: Sequence[TextSample], source: str
) -> list[Encoding]:
    """Tokenize calibration texts, leaving out those without a token.

    Args:
        inputs: how texts are tokenized.
        samples: the texts.
        source: their file, for messages.

    Raises:
        EdgebertError: no text has a token, or most tokens are unknown to the vocabulary.
    """
    encodings = [inputs.encode(sample) for sample in samples]
    words = [
        [token for token, part in zip(e.input_ids, e.sequence_ids, strict=True) if part is not None]
        for e in encodings
    ]
    used = [encoding for encoding, tokens in zip(encodings, words, strict=True) if tokens]
    if not used:
        raise EdgebertError(
            f"{source}: none of its {len(samples)} texts has a token (only spaces, zero-width or "
            "control characters?); calibration needs texts like those the model will see"
        )
    tokens = [token for row in words for token in row]
    unknown = tokens.count(inputs.tokenizer.unknown_id) / len(tokens)
    if unknown > MAX_UNKNOWN_SHARE:
        raise EdgebertError(
            f"{source}: {unknown:.0%} of its tokens are not in the checkpoint's vocabulary "
            "(another script or language?); calibration needs texts like those the model will see"
        )
    return used
