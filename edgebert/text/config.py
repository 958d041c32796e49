"""Settings of a WordPiece tokenizer, as a bundle stores them beside the vocabulary."""

import msgspec


class TokenizerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How text is normalised and which vocabulary entries have a special meaning.

    The defaults are those of uncased BERT.

    Attributes:
        lowercase: lowercase every character (`do_lower_case` of a checkpoint).
        strip_accents: decompose characters (NFD) and drop nonspacing marks; None follows
            `lowercase`.
        split_cjk: make every CJK ideograph a word of its own (`tokenize_chinese_chars`).
        unknown: stands for a word that the vocabulary cannot spell.
        classify: stands before the first text.
        separate: stands after each text.
        pad: fills a sequence up to a bucket's length.
        mask: stands for the token that a masked language model is to fill in.
        max_word_chars: a longer word, counted in code points after normalisation, is unknown.
        subword_prefix: marks vocabulary entries that continue a word.

    """

    lowercase: bool = True
    strip_accents: bool | None = None
    split_cjk: bool = True
    unknown: str = "[UNK]"
    classify: str = "[CLS]"
    separate: str = "[SEP]"
    pad: str = "[PAD]"
    mask: str = "[MASK]"
    max_word_chars: int = 100
    subword_prefix: str = "##"

    @property
    def special_tokens(self) -> tuple[str, ...]:
        """The five special tokens; a vocabulary must contain each."""
        return (self.pad, self.unknown, self.classify, self.separate, self.mask)

    @property
    def strips_accents(self) -> bool:
        """Whether accents are stripped, with None resolved."""
        return self.lowercase if self.strip_accents is None else self.strip_accents
