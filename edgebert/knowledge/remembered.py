"""What earlier runs made, so that the next one embeds only what is new."""

from collections.abc import Sequence
from pathlib import Path

from edgebert.errors import EdgebertError
from edgebert.knowledge.contents import OtherFormatError, Passage, Stored, read_index
from edgebert.knowledge.passages import Cutting
from edgebert.knowledge.vectors import Int8Array

Row = tuple[Int8Array, float]
"""A vector, int8 [channels], and its scale."""


class Remembered:
    """Passages by their files' hashes, and vectors by the texts that they are of."""

    def __init__(self, earlier: Sequence[Stored], digest: str, cutting: Cutting) -> None:
        """Take what can be used again.

        Args:
            earlier: the index that is there, and what an interrupted run left.
            digest: of the bundle; vectors of another one are of no use.
            cutting: passages of another length are of no use, but equal texts have equal vectors.

        """
        self._passages: dict[tuple[str, bool], tuple[Passage, ...]] = {}
        self._rows: dict[str, Row] = {}
        for stored in earlier:
            contents = stored.contents
            if contents.embedder.digest != digest:
                continue
            made_by = (contents.kind, contents.passage_tokens, contents.overlap)
            if made_by == ("passages", cutting.tokens, cutting.overlap):
                for file, numbers in stored.by_file():
                    found = contents.passages[numbers.start : numbers.stop]
                    self._passages[file.sha256, file.is_markdown] = found
            for number, passage in enumerate(contents.passages):
                row = (stored.vectors[number], float(stored.scales[number]))
                self._rows[passage.embedded] = row

    def passages(self, sha256: str, is_markdown: bool) -> tuple[Passage, ...] | None:
        """Return the passages of a file of this content, or None."""
        return self._passages.get((sha256, is_markdown))

    def row(self, text: str) -> Row | None:
        """Return the vector of a text, or None."""
        return self._rows.get(text)

    def keep(self, text: str, row: Row) -> None:
        """Remember the vector of a text."""
        self._rows[text] = row


def read_there(output: Path) -> Stored | None:
    """Read the index that is to be replaced; None where there is none, or one of another format.

    Raises:
        EdgebertError: what is there is something else, which is not to be overwritten.

    """
    if not output.exists():
        return None
    try:
        return read_index(output)
    except OtherFormatError:
        return None
    except EdgebertError as error:
        raise type(error)(f"{error}; or choose another --output") from error


def read_unfinished(path: Path) -> Stored | None:
    """Read what an interrupted run put aside, if it did."""
    try:
        return read_index(path)
    except EdgebertError:
        return None
