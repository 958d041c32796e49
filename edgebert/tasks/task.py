"""What all tasks share: encode a request, run it, decode the outputs into an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from edgebert.engines.session import Float32Array
from edgebert.tasks.plain import to_plain
from edgebert.tasks.request import Request
from edgebert.text import Encoding

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


class Task(Protocol):
    """One kind of question a model can answer."""

    def encode(self, request: Request) -> EncodedRequest:
        """Tokenize a request.

        Raises:
            EdgebertError: the request lacks a part, or has one that the task cannot use.

        """
        ...

    def decode(self, encoded: EncodedRequest, outputs: Sequence[Outputs]) -> Answer:
        """Make an answer of the model's outputs.

        Args:
            encoded: what `encode` returned.
            outputs: the outputs of each of its encodings, in the same order.

        Raises:
            EdgebertError: the outputs do not fit the bundle's labels.

        """
        ...
