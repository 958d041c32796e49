"""The result of tokenizing one text or a pair of texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from edgebert.text.wordpiece import Token


@dataclass(frozen=True)
class Encoding:
    """Token ids with their origin; all four lists have one entry a token, without padding.

    Attributes:
        input_ids: vocabulary ids, special tokens included.
        token_type_ids: 0 up to and including the first separator, 1 after it.
        offsets: [start, end) in code points of the token's own original text; (0, 0) for special
            tokens.
        sequence_ids: 0 for tokens of the first text, 1 of the second, None for special tokens.

    """

    input_ids: list[int]
    token_type_ids: list[int]
    offsets: list[tuple[int, int]]
    sequence_ids: list[int | None]

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.input_ids)


def assemble(texts: Sequence[Sequence[Token]], classify_id: int, separate_id: int) -> Encoding:
    """Put [CLS] before the first text and [SEP] after each, as BERT was trained."""
    ids = [classify_id]
    type_ids = [0]
    offsets = [(0, 0)]
    sequence_ids: list[int | None] = [None]
    for sequence, tokens in enumerate(texts):
        ids += [token.id for token in tokens]
        ids.append(separate_id)
        type_ids += [sequence] * (len(tokens) + 1)
        offsets += [(token.start, token.stop) for token in tokens]
        offsets.append((0, 0))
        sequence_ids += [sequence] * len(tokens)
        sequence_ids.append(None)
    return Encoding(ids, type_ids, offsets, sequence_ids)
