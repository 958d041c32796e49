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


def has_tokens(encoding: Encoding) -> bool:
    """Tell whether a text left more than special tokens."""
    return any(part is not None for part in encoding.sequence_ids)


def check_readable(inputs: TextInputs, encodings: Sequence[Encoding], source: str) -> None:
    """Check that texts are something that a checkpoint can read.

    Args:
        inputs: how the texts were tokenized.
        encodings: the texts.
        source: their file, for messages.

    Raises:
        EdgebertError: no text has a token, or most tokens are unknown to the vocabulary.
    """
    tokens = [
        token
        for encoding in encodings
        for token, part in zip(encoding.input_ids, encoding.sequence_ids, strict=True)
        if part is not None
    ]
    if not tokens:
        raise EdgebertError(
            f"{source}: none of its {len(encodings)} texts has a token (only spaces, zero-width or "
            "control characters?); calibration needs texts like those the model will see"
        )
    unknown = tokens.count(inputs.tokenizer.unknown_id) / len(tokens)
    if unknown > MAX_UNKNOWN_SHARE:
        raise EdgebertError(
            f"{source}: {unknown:.0%} of its tokens are not in the checkpoint's vocabulary "
            "(another script or language?); calibration needs texts like those the model will see"
        )
