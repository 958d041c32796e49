"""An index that is open: it finds what is nearest to a vector, with numpy alone."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from edgebert.engines.session import Float32Array
from edgebert.errors import EdgebertError
from edgebert.knowledge.contents import Contents, Kind, Passage, Stored, read_index
from edgebert.knowledge.vectors import similarities
from edgebert.tasks.scores import best_first


@dataclass(frozen=True)
class Hit:
    """A passage that was found.

    Attributes:
        passage: the passage.
        file: the path of its file below the folder.
        similarity: the cosine of its vector with the question's, -1 to 1.

    """

    passage: Passage
    file: str
    similarity: float

    @property
    def place(self) -> str:
        """Say where it stands, such as "kitchen.md, lines 3 to 5"."""
        return say_place(self.file, self.passage.first_line, self.passage.last_line)

    def to_json(self) -> dict[str, Any]:
        """Convert to what JSON can hold."""
        passage = self.passage
        plain: dict[str, Any] = {
            "file": self.file,
            "first_line": passage.first_line,
            "last_line": passage.last_line,
            "similarity": self.similarity,
            "text": passage.text,
        }
        if passage.translation:
            return {**plain, "translation": passage.translation}
        return {**plain, "headings": list(passage.headings)}


class Index:
    """An index that is open.

    Attributes:
        path: its file.

    """

    def __init__(self, path: Path, stored: Stored) -> None:
        """Take what was read; `open_index` is the usual way to one."""
        self.path = path
        self._stored = stored
        self._ends = list(accumulate(file.passages for file in stored.contents.files))

    def __len__(self) -> int:
        """Return the number of passages."""
        return len(self.contents.passages)

    @property
    def contents(self) -> Contents:
        """The passages, and what is known of them."""
        return self._stored.contents

    def nearest(self, vector: Float32Array, limit: int = 5) -> list[Hit]:
        """Return the passages whose vectors are nearest to one, the nearest first.

        All are compared. Of passages that are equally near, the first comes first.

        Args:
            vector: float32 [channels], made by the bundle that made the index.
            limit: most passages.

        Raises:
            EdgebertError: a vector of another length.

        """
        if vector.shape != (self.contents.channels,):
            raise EdgebertError(
                f"index {self.path}: found a vector of shape {list(vector.shape)}, expected "
                f"[{self.contents.channels}]"
            )
        scores = similarities(self._stored.vectors, self._stored.scales, vector)
        return [
            Hit(self.contents.passages[number], self._file_of(number), float(scores[number]))
            for number in best_first(scores, limit)
        ]

    def _file_of(self, number: int) -> str:
        return self.contents.files[bisect_right(self._ends, number)].path


def open_index(path: str | Path, kind: Kind | None = None) -> Index:
    """Open an index.

    Args:
        path: its file.
        kind: what it has to be of.

    Raises:
        EdgebertError: no such file, another kind of file or index, or another version.
        CheckFailedError: it is damaged.

    """
    index = Index(Path(path), read_index(Path(path)))
    if kind is not None and index.contents.kind != kind:
        raise EdgebertError(
            f"index {path}: is of {index.contents.kind}, expected one of {kind}; "
            + (
                "make it of a folder with texts"
                if kind == "passages"
                else "make it of a .tsv or .csv with two languages"
            )
        )
    return index


def say_place(file: str, first_line: int, last_line: int) -> str:
    """Say where something stands: "a.md, line 3", or "a.md, lines 3 to 5"."""
    if first_line == last_line:
        return f"{file}, line {first_line}"
    return f"{file}, lines {first_line} to {last_line}"
