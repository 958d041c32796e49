"""Encoding texts that may be longer than the model's longest input."""

from edgebert.text import Encoding, WordPieceTokenizer
from edgebert.text.truncation import Truncation


def encode_truncated(
    tokenizer: WordPieceTokenizer,
    text: str,
    pair: str | None,
    max_length: int,
    *,
    truncation: Truncation = "longest_first",
    allow_mask: bool = False,
) -> tuple[Encoding, bool]:
    """Tokenize a text or a pair, cut to `max_length` tokens, and say whether it had to be cut.

    The arguments are those of the tokenizer's `encode`, which says what it raises.
    """

    def encode(length: int) -> Encoding:
        return tokenizer.encode(
            text, pair, max_length=length, truncation=truncation, allow_mask=allow_mask
        )

    # One token more than allowed tells a text that just fits from one that does not.
    whole = encode(max_length + 1)
    return (whole, False) if len(whole) <= max_length else (encode(max_length), True)
