"""The WordPiece tokenizer: text in, token ids and their places in the text out."""

import re
from collections.abc import Iterable, Iterator, Sequence

from edgebert.errors import EdgebertError
from edgebert.text.config import TokenizerConfig
from edgebert.text.encoding import Encoding, assemble
from edgebert.text.memo import Memo
from edgebert.text.normalizer import Normalizer
from edgebert.text.truncation import Truncation, kept_lengths, window_ranges
from edgebert.text.unicode_tables import unicode_tables
from edgebert.text.vocabulary import check_special_tokens, index_vocabulary
from edgebert.text.wordpiece import Token, WordPiece, WordSplitter

REMEMBERED_CHUNKS = 16384
LONGEST_REMEMBERED_CHUNK = 64  # characters; bounds the memory that REMEMBERED_CHUNKS can take

# What Hugging Face's decoder pulls to the word before it.
CLOSING = (".", "?", "!", ",", "n't", "'m", "'s", "'ve", "'re")


class WordPieceTokenizer:
    """BERT's tokenizer, equal in ids and offsets to Hugging Face's fast one.

    Two things differ, both on purpose. Special tokens typed in a text ("[SEP]") are plain text, so
    nobody can inject one; only `encode(..., allow_mask=True)` reads a mask token. Lone surrogates,
    which a Python string can hold but no Unicode text, are dropped as U+FFFD is.
    """

    def __init__(self, vocabulary: Sequence[str], config: TokenizerConfig) -> None:
        """Build the tokenizer.

        Args:
            vocabulary: the tokens in the order of their ids.
            config: how text is normalised and which tokens are special.

        Raises:
            EdgebertError: the vocabulary is empty, holds a token twice or lacks a special token;
                `max_word_chars` is below 1.

        """
        if config.max_word_chars < 1:
            raise EdgebertError(
                f"max_word_chars: found {config.max_word_chars}, expected at least 1"
            )
        ids = index_vocabulary(vocabulary)
        check_special_tokens(ids, config)
        tables = unicode_tables()
        self.config = config
        self._vocabulary = list(vocabulary)
        self._ids = ids
        self._special_ids = frozenset(ids[token] for token in config.special_tokens)
        self._normalizer = Normalizer(tables, config)
        self._splitter = WordSplitter(tables)
        self._wordpiece = WordPiece(ids, config)
        self._chunk = re.compile(f"[^{tables.whitespace.pattern}]+")
        self._remembered: Memo[str, list[Token]] = Memo(self._spell_chunk, REMEMBERED_CHUNKS)

    @property
    def unknown_id(self) -> int:
        """Id of the token for words that cannot be spelled."""
        return self._ids[self.config.unknown]

    @property
    def classify_id(self) -> int:
        """Id of the token before the first text."""
        return self._ids[self.config.classify]

    @property
    def separate_id(self) -> int:
        """Id of the token after each text."""
        return self._ids[self.config.separate]

    @property
    def pad_id(self) -> int:
        """Id of the token that fills a sequence."""
        return self._ids[self.config.pad]

    @property
    def mask_id(self) -> int:
        """Id of the token that a masked language model fills in."""
        return self._ids[self.config.mask]

    def token(self, id: int) -> str:
        """Return the vocabulary entry of an id; EdgebertError if there is none."""
        if not 0 <= id < len(self._vocabulary):
            raise EdgebertError(
                f"token id: found {id}, expected 0 to {len(self._vocabulary) - 1}; "
                "are vocabulary and model of one checkpoint?"
            )
        return self._vocabulary[id]

    def decode(self, ids: Iterable[int]) -> str:
        """Make readable text of ids: special tokens left out, subwords and punctuation joined.

        Case, accents and spaces that normalisation took away do not come back; to quote a piece of
        the original text, cut it out by offsets.

        Raises:
            EdgebertError: an id is outside of the vocabulary.

        """
        prefix = self.config.subword_prefix
        pieces: list[str] = []
        for position, token in enumerate(
            self.token(id) for id in ids if id not in self._special_ids
        ):
            if position == 0 or token.startswith(CLOSING):
                pieces.append(token)
            elif token.startswith(prefix):
                pieces.append(token.removeprefix(prefix))
            else:
                pieces.append(f" {token}")
        return "".join(pieces)

    def encode(
        self,
        text: str,
        pair: str | None = None,
        *,
        max_length: int,
        truncation: Truncation = "longest_first",
        allow_mask: bool = False,
    ) -> Encoding:
        """Tokenize a text, or a pair of texts, and cut it to a length.

        Args:
            text: any string; of an empty one only the special tokens remain.
            pair: the second text, if the model takes two.
            max_length: most tokens in the result, special tokens included.
            truncation: which text is cut when both do not fit.
            allow_mask: read the mask token in a text as the mask and not as plain text.

        Raises:
            EdgebertError: `max_length` leaves no room for the special tokens, or the strategy
                cannot cut the texts so that they fit.

        """
        room = self._room(max_length, pair is not None)
        if pair is None:
            # Tokens beyond the first that does not fit change nothing: a book costs no more time.
            first = self._tokenize(text, allow_mask, enough=room + 1)
            keep, _ = kept_lengths(len(first), 0, room, truncation)
            return assemble([first[:keep]], self.classify_id, self.separate_id)
        first, second = self._tokenize(text, allow_mask), self._tokenize(pair, allow_mask)
        keep, keep_second = kept_lengths(len(first), len(second), room, truncation)
        kept = [first[:keep], second[:keep_second]]
        return assemble(kept, self.classify_id, self.separate_id)

    def encode_windows(
        self, text: str, pair: str, *, max_length: int, stride: int
    ) -> list[Encoding]:
        """Tokenize a pair whose second text may be long, as overlapping windows over it.

        Each window is the whole first text and a part of the second. All but the last window have
        exactly `max_length` tokens, and neighbours share `stride` tokens of the second text.

        Args:
            text: the first text, a question for example; never cut.
            pair: the second text, its context.
            max_length: most tokens of a window, special tokens included.
            stride: tokens of the second text that neighbouring windows share.

        Raises:
            EdgebertError: the first text leaves no room for the second, or `stride` is negative or
                as large as a window's room for the second text.

        """
        room = self._room(max_length, pair=True)
        if not 0 <= stride < max(room, 1):
            raise EdgebertError(
                f"stride: found {stride}, expected 0 to {max(room, 1) - 1}, "
                f"less than what max_length {max_length} leaves for text"
            )
        first, second = self._tokenize(text), self._tokenize(pair)
        return [
            assemble([first, second[start:stop]], self.classify_id, self.separate_id)
            for start, stop in window_ranges(len(second), room - len(first), stride)
        ]

    def _room(self, max_length: int, pair: bool) -> int:
        """Count the tokens of text that fit beside the special tokens."""
        special = 3 if pair else 2
        if max_length < special:
            raise EdgebertError(
                f"max_length: found {max_length}, expected at least {special}, "
                f"the special tokens of {'a pair of texts' if pair else 'one text'}"
            )
        return max_length - special

    def _tokenize(
        self, text: str, allow_mask: bool = False, enough: int | None = None
    ) -> list[Token]:
        """Tokenize a text, at its own positions; may stop when there are `enough` tokens."""
        tokens: list[Token] = []
        for start, stop in self._texts_between_masks(text) if allow_mask else [(0, len(text))]:
            if start > 0:  # A mask ends where each range but the first starts.
                tokens.append(Token(self.mask_id, start - len(self.config.mask), start))
            for match in self._chunk.finditer(text, start, stop):
                chunk, at = match.group(), match.start()
                spell = self._remembered.__getitem__
                if len(chunk) > LONGEST_REMEMBERED_CHUNK:
                    spell = self._spell_chunk
                tokens += [Token(id, at + begin, at + end) for id, begin, end in spell(chunk)]
                if enough is not None and len(tokens) >= enough:
                    return tokens
        return tokens

    def _texts_between_masks(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield ranges [start, stop) of the text before, between and after its mask tokens."""
        mask, start = self.config.mask, 0
        while (stop := text.find(mask, start)) >= 0:
            yield start, stop
            start = stop + len(mask)
        yield start, len(text)

    def _spell_chunk(self, chunk: str) -> list[Token]:
        """Tokenize text without whitespace; no character outside of it can change the result."""
        normalized, positions = self._normalizer.normalize(chunk)
        return [
            Token(id, positions[start + begin], positions[start + end - 1] + 1)
            for start, stop in self._splitter.split(normalized)
            for id, begin, end in self._wordpiece.spell(normalized[start:stop])
        ]
