"""The file of an index: a zip of one JSON document and two arrays, checked before it is used.

A zip, not compressed, because it has a checksum for each part, every system can look into it, and
Python reads it without a package.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import numpy as np

from edgebert.engines.session import Float32Array
from edgebert.errors import CheckFailedError, EdgebertError
from edgebert.knowledge.sources import is_markdown
from edgebert.knowledge.vectors import Int8Array

FORMAT = 1
DOCUMENT = "index.json"
VECTORS = "vectors.int8"
SCALES = "scales.float32"
_PARTS = (DOCUMENT, VECTORS, SCALES)
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # equal contents give equal files

Line = Annotated[int, msgspec.Meta(ge=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Kind = Literal["passages", "phrases"]


class Passage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A piece of a text.

    Attributes:
        text: as it stands in its file.
        first_line: from 1.
        last_line: the line of its last character.
        headings: of what stands above it, the uppermost first.
        translation: of a phrase, the same in the other language.

    """

    text: str
    first_line: Line
    last_line: Line
    headings: tuple[str, ...] = ()
    translation: str = ""

    @property
    def embedded(self) -> str:
        """What the model is given: the passage below its headings."""
        return f"{' > '.join(self.headings)}\n{self.text}" if self.headings else self.text


class IndexedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that was read.

    Attributes:
        path: below the folder, with forward slashes.
        sha256: of its bytes.
        passages: how many it has; they follow those of the file before.

    """

    path: str
    sha256: str
    passages: Count

    @property
    def is_markdown(self) -> bool:
        """Whether its name says so."""
        return is_markdown(self.path)


class Embedder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bundle that made the vectors.

    Attributes:
        name: its model.
        digest: SHA-256 of its manifest, which has those of all its files.
        path: where it lay, from the index's folder.

    """

    name: str
    digest: str
    path: str


class Contents(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An index without its vectors.

    Attributes:
        format: the version of this format.
        kind: passages of texts, or phrases in two languages.
        embedder: the bundle that made the vectors, and that questions have to be embedded by.
        channels: of a vector.
        passage_tokens: most tokens of a passage; 0 of phrases.
        overlap: most tokens that neighbours share.
        languages: of phrases, that of the text and that of the translation.
        files: in the order of their names.
        passages: in the order of the files, then of their lines.

    """

    format: int
    kind: Kind
    embedder: Embedder
    channels: Annotated[int, msgspec.Meta(ge=1, le=65536)]
    passage_tokens: Count
    overlap: Count
    languages: tuple[str, ...]
    files: tuple[IndexedFile, ...]
    passages: tuple[Passage, ...]


class OtherFormatError(EdgebertError):
    """An index of another edgebert's."""


@dataclass(frozen=True, eq=False)
class Stored:
    """All that is in an index's file.

    Attributes:
        contents: the passages, and where they are from.
        vectors: int8 [passages, channels].
        scales: float32 [passages]; see `quantize`.

    """

    contents: Contents
    vectors: Int8Array
    scales: Float32Array

    def by_file(self) -> Iterator[tuple[IndexedFile, range]]:
        """Yield each file with the numbers of its passages."""
        start = 0
        for file in self.contents.files:
            yield file, range(start, start + file.passages)
            start += file.passages


def encode_index(stored: Stored) -> bytes:
    """Write an index as the bytes of its file."""
    parts = {
        DOCUMENT: msgspec.json.encode(stored.contents),
        VECTORS: stored.vectors.tobytes(),
        SCALES: stored.scales.astype("<f4").tobytes(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), part)
    return buffer.getvalue()


def read_index(path: Path) -> Stored:
    """Read an index.

    Raises:
        EdgebertError: no such file, or another kind of file, or of another version.
        CheckFailedError: it is damaged.

    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = _parts(archive)
    except FileNotFoundError as error:
        raise EdgebertError(f"index {path}: no such file; make one with edgebert index") from error
    except OSError as error:
        raise EdgebertError(f"index {path}: cannot be read ({error.strerror})") from error
    except _NotAnIndexError as error:
        raise EdgebertError(f"index {path}: {error}; expected a file of edgebert index") from error
    except Exception as error:  # zipfile raises half a dozen kinds at what is no zip or damaged
        with path.open("rb") as file:
            if file.read(2) != b"PK":
                raise EdgebertError(
                    f"index {path}: is something else; expected a file of edgebert index"
                ) from error
        raise _damaged(path, str(error)) from error
    return _decode(path, parts)


class _NotAnIndexError(Exception):
    """A zip of something else."""


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    found = archive.infolist()
    if sorted(part.filename for part in found) != sorted(_PARTS):
        raise _NotAnIndexError("is a zip of something else")
    if any(part.compress_type != zipfile.ZIP_STORED for part in found):
        raise _NotAnIndexError("is compressed")
    return {part.filename: archive.read(part) for part in found}


def _decode(path: Path, parts: dict[str, bytes]) -> Stored:
    try:
        version = msgspec.json.decode(parts[DOCUMENT], type=_Version).format
        if version != FORMAT:
            raise OtherFormatError(
                f"index {path}: has format {version}, this edgebert reads {FORMAT}; "
                "make it again with edgebert index"
            )
        contents = msgspec.json.decode(parts[DOCUMENT], type=Contents)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    count = len(contents.passages)
    if (len(parts[VECTORS]), len(parts[SCALES])) != (count * contents.channels, 4 * count):
        raise _damaged(path, "its vectors are not as many as its passages")
    if sum(file.passages for file in contents.files) != count:
        raise _damaged(path, "its files have another number of passages")
    if len(contents.languages) != (2 if contents.kind == "phrases" else 0):
        raise _damaged(path, f"{len(contents.languages)} languages of {contents.kind}")
    scales = np.frombuffer(parts[SCALES], "<f4").astype(np.float32)
    if not np.isfinite(scales).all():
        raise _damaged(path, "a scale is not finite")
    vectors = np.frombuffer(parts[VECTORS], np.int8).reshape(count, contents.channels)
    return Stored(contents, vectors, scales)


class _Version(msgspec.Struct):
    format: int


def _damaged(path: Path, what: str) -> CheckFailedError:
    return CheckFailedError(
        f"index {path}: is damaged ({what}); delete it and make it again with edgebert index"
    )
