"""Copy a shared library without the versions it wants of others' symbols.

Bionic calls its only version LIBC, and glibc refuses to look for that. Nothing but the dynamic
section's entries that name the tables of versions is changed (generic ABI, System V gABI 4.1, and
the symbol versioning of the Linux Standard Base).
"""

import struct
import sys
from pathlib import Path

PT_DYNAMIC = 2
VERSION_TAGS = {
    0x6FFFFFF0,  # DT_VERSYM
    0x6FFFFFFE,  # DT_VERNEED
    0x6FFFFFFF,  # DT_VERNEEDNUM
    0x6FFFFFFC,  # DT_VERDEF
    0x6FFFFFFD,  # DT_VERDEFNUM
}
UNUSED_TAG = 0x6FFFFD00  # no tag, in the range of those whose value is no address: passed over


def unversioned(library: bytes) -> bytes:
    """Return a 64-bit little-endian ELF file without its tables of symbol versions."""
    content = bytearray(library)
    (headers,) = struct.unpack_from("<Q", content, 32)
    size, count = struct.unpack_from("<HH", content, 54)
    for header in range(headers, headers + size * count, size):
        if struct.unpack_from("<I", content, header)[0] != PT_DYNAMIC:
            continue
        (offset,) = struct.unpack_from("<Q", content, header + 8)
        (length,) = struct.unpack_from("<Q", content, header + 32)
        for entry in range(offset, offset + length, 16):
            if struct.unpack_from("<q", content, entry)[0] in VERSION_TAGS:
                struct.pack_into("<q", content, entry, UNUSED_TAG)
    return bytes(content)


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    target.write_bytes(unversioned(source.read_bytes()))
