"""Encoding texts that may be longer than the model's longest input."""

from edgebert.text import Encoding, WordPieceTokenizer


def encode_truncated(
    tokenizer: WordPieceTokenizer,
    text: str,
    pair: str | None,
    max_length: int,
    *,
    allow_mask: bool = False,
) -> tuple[Encoding, bool]:
    """Tokenize a text or a pair, cut to `max_length` tokens, and say whether it had to be cut.

    Of a pair, the longer text is cut first. The arguments are those of the tokenizer's `encode`.
    """
    # One token more than allowed tells a text that just fits from one that does not.
    whole = tokenizer.encode(text, pair, max_length=max_length + 1, allow_mask=allow_mask)
    if len(whole) <= max_length:
        return whole, False
    return tokenizer.encode(text, pair, max_length=max_length, allow_mask=allow_mask), True
