"""Opens an artifact's file: what format it is, by its content, and errors in one line."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edgebert.bundle.manifest import Backend
from edgebert.errors import EdgebertError

# Which package of the reader's own environment each format needs.
_PACKAGES: dict[Backend, str] = {
    "executorch": "executorch",
    "litert": "ai-edge-litert",
    "onnx": "onnx",
}

# Field 1 of a ModelProto, its IR version; every writer of protobuf puts fields in their order.
_ONNX_START = b"\x08"


@contextmanager
def open_artifact(path: Path) -> Iterator[tuple[Backend, bytes]]:
    """Read an artifact, and turn whatever goes wrong with it inside the context into one line.

    Args:
        path: a .pte, .tflite or .onnx, whatever its suffix.

    Raises:
        EdgebertError: cannot be read, is something else, is damaged, or its format's package is
            not installed.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EdgebertError(f"{path}: cannot be read ({error.strerror})") from error
    backend = _identify(data)
    if backend is None:
        raise EdgebertError(
            f"{path}: not an artifact ({_describe(data)}); expected a .pte, .tflite or .onnx"
        )
    try:
        yield backend, data
    except EdgebertError:
        raise
    except ImportError as error:
        package = _PACKAGES[backend]
        raise EdgebertError(
            f"{path}: to read {backend} artifacts, install {package}: pip install {package}"
        ) from error
    except Exception as error:  # parsers of damaged files raise whatever they come upon
        reason = " ".join(str(error).split()) or type(error).__name__
        raise EdgebertError(
            f"{path}: damaged or incomplete {backend} artifact ({reason[:100]}); "
            "export it again, or copy it anew from where it came"
        ) from error


def _identify(data: bytes) -> Backend | None:
    """Tell the format. Flatbuffers carry an identifier; protobuf only begins alike."""
    if re.fullmatch(rb"ET\d\d", data[4:8]):
        return "executorch"
    if re.fullmatch(rb"TFL\d", data[4:8]):
        return "litert"
    return "onnx" if data.startswith(_ONNX_START) else None


def _describe(data: bytes) -> str:
    return f"begins with {data[:8]!r}" if data else "an empty file"
