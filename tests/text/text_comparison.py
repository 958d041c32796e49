"""edgebert's tokenizer side by side with the reference; for the text tests."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from edgebert.text import Encoding, TokenizerConfig, WordPieceTokenizer

GOLDEN = Path(__file__).parents[1] / "golden"
__all__ = ["CASED", "UNCASED", "Comparison", "assert_same", "reference_tokenizer"]

UNCASED = TokenizerConfig()
CASED = TokenizerConfig(lowercase=False)

pytest.importorskip("tokenizers", reason="the reference; in edgebert[export]")
sys.path.insert(0, str(GOLDEN))
from wordpiece_reference import reference_tokenizer  # noqa: E402


class Comparison:
    """Both tokenizers over one vocabulary with one config."""

    def __init__(
        self, vocabulary: Sequence[str], config: TokenizerConfig, allow_mask: bool = False
    ) -> None:
        self.ours = WordPieceTokenizer(vocabulary, config)
        self.reference = reference_tokenizer(vocabulary, config, allow_mask)
        self.allow_mask = allow_mask

    def assert_equal(self, texts: Sequence[str]) -> None:
        """Each text, whole, must have the same encoding in both."""
        for text, expected in zip(texts, self.reference.encode_batch(texts), strict=True):
            found = self.ours.encode(text, max_length=2 + 4 * len(text), allow_mask=self.allow_mask)
            assert_same(found, expected, text)


def assert_same(found: Encoding, expected: Any, text: object) -> None:
    """Compare all that edgebert has of an encoding with a `tokenizers.Encoding`."""
    assert found.input_ids == expected.ids, repr(text)
    assert found.offsets == expected.offsets, repr(text)
    assert found.token_type_ids == expected.type_ids, repr(text)
    assert found.sequence_ids == expected.sequence_ids, repr(text)
