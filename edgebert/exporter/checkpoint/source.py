"""Where a checkpoint comes from: a local folder, or a hub id that is downloaded or cached."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path

from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint.messages import one_line

# Patterns of the hub's client, in which * matches / too.
_SETTINGS_FILES = ["*.json", "*vocab.txt", "README.md"]
_SAFETENSORS_FILES = ["model*.safetensors", "0_*/model*.safetensors"]
_BIN_FILES = ["pytorch_model*.bin", "0_*/pytorch_model*.bin"]
# Other runtimes' copies of the model and training's intermediate states.
_IGNORED_FILES = ["onnx/*", "openvino/*", "coreml/*", "checkpoint-*/*"]


@dataclass(frozen=True)
class Source:
    """A checkpoint's files on this machine and the name they go by.

    Attributes:
        folder: The folder with the files.
        name: The hub id as given, or the folder's name without its path.

    """

    folder: Path
    name: str


def find_source(source: str, revision: str | None) -> Source:
    """Find a checkpoint's files: in a folder as they are, else from the hub or its cache.

    A source that exists, or that is written like a path ("./x", "/x", "~/x", "a/b/c"), is a
    folder and nothing touches the network.

    Args:
        source: A folder, or a hub id such as "squeezebert/squeezebert-uncased".
        revision: A branch, tag or commit of the hub id; must be None for a folder.

    Raises:
        EdgebertError: no such folder, a file instead of a folder, a revision of a folder, or a
            hub id that does not exist or cannot be reached.

    """
    path = Path(source)
    with contextlib.suppress(RuntimeError):  # "~name" of a user that this machine does not know
        path = path.expanduser()
    if not path.exists() and not _looks_like_path(source):
        return Source(_download(source, revision), source)
    if not path.exists():
        raise EdgebertError(f"{source}: no such folder; expected a checkpoint's folder or a hub id")
    if not path.is_dir():
        raise EdgebertError(f"{source}: is a file; expected the checkpoint's folder that holds it")
    if revision is not None:
        raise EdgebertError(
            f"{source}: is a local folder and has no revision {revision!r}; "
            "a revision goes with a hub id only"
        )
    # "." and "x/.." have no name of their own; a link keeps its own name.
    return Source(path, path.name if path.name not in ("", "..") else path.resolve().name)


def _looks_like_path(source: str) -> bool:
    """Say whether a source that does not exist was meant as a folder."""
    return (
        not source.strip()
        or source.startswith((".", "/", "~"))
        or source.endswith("/")
        or "\\" in source
        or source.count("/") > 1
        or re.match(r"[A-Za-z]:", source) is not None
    )


def _download(repository: str, revision: str | None) -> Path:
    """Return the folder with a hub checkpoint's files; .bin only if it has no safetensors."""
    folder = _snapshot(repository, revision, _SETTINGS_FILES + _SAFETENSORS_FILES)
    if not any(folder.rglob("*.safetensors")):
        folder = _snapshot(repository, revision, _SETTINGS_FILES + _BIN_FILES)
    return folder


def _snapshot(repository: str, revision: str | None, patterns: list[str]) -> Path:
    from huggingface_hub import errors, snapshot_download

    try:
        return Path(
            snapshot_download(
                repository,
                revision=revision,
                allow_patterns=patterns,
                ignore_patterns=_IGNORED_FILES,
            )
        )
    except errors.HFValidationError as error:
        raise EdgebertError(
            f"{repository}: no such folder, and not a hub id either (expected owner/name)"
        ) from error
    except errors.GatedRepoError as error:
        raise EdgebertError(
            f"{repository}: the hub gives it only to accounts that accepted its terms; "
            "log in with `hf auth login`, or pass the path of a downloaded folder"
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise EdgebertError(
            f"{repository}: no such folder, and the hub has no such public model; "
            "check the spelling or pass the path of a folder such as ./my-model"
        ) from error
    except errors.RevisionNotFoundError as error:
        raise EdgebertError(f"{repository}: the hub has no revision {revision!r} of it") from error
    except Exception as error:  # the hub's client lets exceptions of its HTTP library through
        cached = getattr(error, "snapshot_path", None)
        if cached is not None:
            # Offline with part of the files in the cache, which may be all that is needed: a file
            # that really is missing is reported by the step that reads it.
            return Path(cached)
        raise EdgebertError(
            f"{repository}: no such folder, and the hub cannot be reached ({_reason(error)}); "
            "download the model on a machine with a network and pass its folder, as in ./my-model"
        ) from error


def _reason(error: Exception) -> str:
    """Say in a few words why the hub could not be reached."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return "HF_HUB_OFFLINE is set and it is not in the cache"
    return one_line(error.__cause__ if isinstance(error.__cause__, Exception) else error)
