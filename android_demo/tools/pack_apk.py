"""Pack an unsigned APK: the resources that aapt2 linked, and files beside them.

    python pack_apk.py TARGET LINKED.apk FILE=NAME...

Android maps what is stored without compression, and from version 11 on refuses a resources.arsc
that does not begin at a multiple of 4. The filling stands in an extra field that apksigner reads
and keeps (0xd935: the multiple as uint16, then zeros).
"""

import sys
import zipfile
from pathlib import Path

ALIGNMENT = 4
LOCAL_HEADER = 30  # bytes of a local file header, before the name
FIELD_HEADER = 6  # id, length and multiple of the extra field
FIELD_ID = 0xD935
TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP knows: equal input gives equal files


def alignment_field(start: int) -> bytes:
    """Return the extra field that moves data from `start`, without it, to a multiple of 4."""
    filling = -(start + FIELD_HEADER) % ALIGNMENT
    length = FIELD_HEADER - 4 + filling
    parts = (FIELD_ID, length, ALIGNMENT)
    return b"".join(part.to_bytes(2, "little") for part in parts) + bytes(filling)


def pack(target: Path, linked: Path, files: dict[str, Path]) -> None:
    """Write an APK of what is in `linked`, and of files by their names in it."""
    with zipfile.ZipFile(linked) as source, zipfile.ZipFile(target, "w") as package:
        for entry in source.infolist():
            _add(package, entry.filename, source.read(entry), entry.compress_type)
        for name, path in files.items():
            _add(package, name, path.read_bytes(), zipfile.ZIP_DEFLATED)


def _add(package: zipfile.ZipFile, name: str, content: bytes, compression: int) -> None:
    entry = zipfile.ZipInfo(name, TIME)
    entry.compress_type = compression
    if compression == zipfile.ZIP_STORED:
        entry.extra = alignment_field(package.start_dir + LOCAL_HEADER + len(name.encode()))
    package.writestr(entry, content)


if __name__ == "__main__":
    named = dict(reversed(pair.split("=", 1)) for pair in sys.argv[3:])
    pack(Path(sys.argv[1]), Path(sys.argv[2]), {name: Path(file) for name, file in named.items()})
