"""Fill mask: the likeliest tokens for each mask in a text."""

from collections.abc import Sequence
from dataclasses import dataclass

from edgebert.bundle.manifest import FILL_MASK
from edgebert.errors import EdgebertError
from edgebert.tasks.request import Request
from edgebert.tasks.scores import best_first, softmax
from edgebert.tasks.task import Answer, EncodedRequest, Outputs, Task
from edgebert.text import Encoding

DEFAULT_TOP_K = 5


@dataclass(frozen=True)
class Fill:
    """One candidate for a mask.

    Attributes:
        token: the vocabulary entry.
        score: its probability.
        text: the whole text with this mask replaced; other masks stay.

    """

    token: str
    score: float
    text: str


@dataclass(frozen=True)
class Mask:
    """A mask of the text, [start, end) in code points, with its candidates, best first."""

    start: int
    end: int
    fills: tuple[Fill, ...]


@dataclass(frozen=True, kw_only=True)
class FilledMasks(Answer):
    """The masks of a text, in its order."""

    masks: tuple[Mask, ...]


@dataclass(frozen=True)
class FillMask(Task):
    """Ranks the vocabulary for every mask token ("[MASK]") typed in a text."""

    name = FILL_MASK
    reads_mask = True

    def encode(self, request: Request) -> EncodedRequest:
        """See Task; raises EdgebertError where there is no mask among the tokens that fit."""
        encoded = super().encode(request)
        if not self._mask_positions(encoded.encodings[0]):
            mask = self.tokenizer.config.mask
            where = f"in the first {self.max_length} tokens" if encoded.truncated else "in the text"
            raise EdgebertError(
                f"fill-mask: found no {mask} {where}, expected at least one; "
                f"write {mask} where a word is missing"
            )
        return encoded

    def decode(self, encoded: EncodedRequest, outputs: Sequence[Outputs]) -> FilledMasks:
        """See Task."""
        encoding, logits = encoded.encodings[0], outputs[0]["logits"]
        count = encoded.request.top_k or DEFAULT_TOP_K
        masks = []
        for position in self._mask_positions(encoding):
            start, end = encoding.offsets[position]
            probabilities = softmax(logits[position])
            fills = tuple(
                self._fill(encoded.request.text, start, end, id, float(probabilities[id]))
                for id in best_first(probabilities, count)
            )
            masks.append(Mask(start, end, fills))
        return FilledMasks(truncated=encoded.truncated, masks=tuple(masks))

    def _mask_positions(self, encoding: Encoding) -> list[int]:
        mask = self.tokenizer.mask_id
        return [position for position, id in enumerate(encoding.input_ids) if id == mask]

    def _fill(self, text: str, start: int, end: int, id: int, score: float) -> Fill:
        token, before = self.tokenizer.token(id), text[:start]
        prefix = self.tokenizer.config.subword_prefix
        if token.startswith(prefix) and token != prefix:
            before = before.rstrip()  # the token continues the word before it
        return Fill(token, score, before + token.removeprefix(prefix) + text[end:])
