"""Hugging Face's fast tokenizer, put together from a vocabulary and edgebert's settings."""

from collections.abc import Sequence

from tokenizers import AddedToken, Tokenizer
from tokenizers.decoders import WordPiece as WordPieceDecoder
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from edgebert.text import TokenizerConfig


def reference_tokenizer(
    vocabulary: Sequence[str], config: TokenizerConfig, allow_mask: bool = False
) -> Tokenizer:
    """BertTokenizerFast's parts in its order, without truncation and padding.

    Special tokens in a text are plain text here, as edgebert reads them, except the mask token
    with allow_mask.
    """
    ids = {token: id for id, token in enumerate(vocabulary)}
    tokenizer = Tokenizer(
        WordPiece(
            ids,
            unk_token=config.unknown,
            max_input_chars_per_word=config.max_word_chars,
            continuing_subword_prefix=config.subword_prefix,
        )
    )
    tokenizer.normalizer = BertNormalizer(
        clean_text=True,
        handle_chinese_chars=config.split_cjk,
        strip_accents=config.strip_accents,
        lowercase=config.lowercase,
    )
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.decoder = WordPieceDecoder(prefix=config.subword_prefix)
    classify, separate = config.classify, config.separate
    tokenizer.post_processor = TemplateProcessing(
        single=f"{classify}:0 $A:0 {separate}:0",
        pair=f"{classify}:0 $A:0 {separate}:0 $B:1 {separate}:1",
        special_tokens=[(classify, ids[classify]), (separate, ids[separate])],
    )
    if allow_mask:
        tokenizer.add_special_tokens([AddedToken(config.mask, special=True, normalized=False)])
    return tokenizer
