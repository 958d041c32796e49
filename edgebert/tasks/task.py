"""What all tasks share: encode a request, run it, decode the outputs into an answer."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from edgebert.bundle.manifest import Manifest
from edgebert.engines.session import Float32Array
from edgebert.tasks.plain import to_plain
from edgebert.tasks.request import ChoicesRule, PairRule, Request, check_parts
from edgebert.tasks.truncation import encode_truncated
from edgebert.text import Encoding, WordPieceTokenizer

Outputs = Mapping[str, Float32Array]
"""The outputs of one run by name, without batch axis; per-token ones without padding."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Base of the answers: immutable, and convertible to plain JSON values.

    Attributes:
        truncated: whether the end of a text was cut off because the model's longest input is
            shorter.

    """

    truncated: bool

    def to_json(self) -> dict[str, Any]:
        """Convert to dicts, lists, strings, numbers and booleans."""
        plain: dict[str, Any] = to_plain(self)
        return plain


@dataclass(frozen=True)
class EncodedRequest:
    """A request as token ids.

    Attributes:
        request: what was asked.
        encodings: one for each run of the model, in order.
        truncated: whether a text was cut to the longest input.

    """

    request: Request
    encodings: tuple[Encoding, ...]
    truncated: bool


@dataclass(frozen=True)
class Task(ABC):
    """One kind of question a model can answer.

    Attributes:
        name: the task by transformers' name.
        pair: whether a request has a second text.
        choices: whether a request has choices; each is the second text of a run.
        reads_mask: whether the mask token in a text is read as the mask.
        tokenizer: the bundle's tokenizer.
        max_length: the longest input in tokens, special tokens included.

    """

    name: ClassVar[str]
    pair: ClassVar[PairRule] = "refused"
    choices: ClassVar[ChoicesRule] = "refused"
    reads_mask: ClassVar[bool] = False

    tokenizer: WordPieceTokenizer
    max_length: int

    @classmethod
    def of_bundle(cls, manifest: Manifest, tokenizer: WordPieceTokenizer) -> Self:
        """Build the task of a bundle."""
        return cls(tokenizer, max(manifest.buckets))

    def encode(self, request: Request) -> EncodedRequest:
        """Tokenize a request; here its text or pair for one run, cut to the longest input.

        Raises:
            EdgebertError: the request lacks a part, or has one that the task cannot use.

        """
        self.check(request)
        encoding, truncated = encode_truncated(
            self.tokenizer,
            request.text,
            request.pair,
            self.max_length,
            allow_mask=self.reads_mask,
        )
        return EncodedRequest(request, (encoding,), truncated)

    def check(self, request: Request) -> None:
        """Raise EdgebertError unless a request has what the task needs, and no more."""
        check_parts(request, self.name, pair=self.pair, choices=self.choices)

    @abstractmethod
    def decode(self, encoded: EncodedRequest, outputs: Sequence[Outputs]) -> Answer:
        """Make an answer of the model's outputs.

        Args:
            encoded: what `encode` returned.
            outputs: the outputs of each of its encodings, in the same order.

        Raises:
            EdgebertError: the outputs do not fit the bundle's labels.

        """


@dataclass(frozen=True)
class LabellingTask(Task):
    """A task whose answers are labels of the model's own.

    Attributes:
        labels: their names in id order.

    """

    labels: tuple[str, ...]

    @classmethod
    def of_bundle(cls, manifest: Manifest, tokenizer: WordPieceTokenizer) -> Self:
        """Build the task of a bundle."""
        return cls(tokenizer, max(manifest.buckets), manifest.labels)
