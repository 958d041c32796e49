"""Writing a bundle so that there is always either the old one or the whole new one."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from edgebert.bundle.folder import files_under, is_plain_relative, sync_tree
from edgebert.bundle.hashing import record_of
from edgebert.bundle.lock import exclusive
from edgebert.bundle.manifest import MANIFEST_NAME, FileRecord, Manifest
from edgebert.bundle.replacing import FolderSwap
from edgebert.bundle.validation import check_manifest
from edgebert.errors import EdgebertError

# Errors of writing to an open file, which don't say which file.
WRITE_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


class BundleWriter:
    """A context in which a bundle is written.

        with BundleWriter(Path("out/minilm")) as writer:
            writer.write("tokenizer/vocab.txt", vocabulary)
            lower(model, writer.folder / "model.static.pte")
            writer.finish(manifest)

    Everything goes into a temporary folder beside the target, which takes the target's place in
    `finish`. If the context is left in any other way, ^C included, the temporary folder is removed
    and the target stays as it was. What a killed run left behind is removed by the next one.
    """

    def __init__(self, target: str | Path) -> None:
        """Prepare to write to a folder, which may hold an older bundle; nothing happens yet.

        Raises:
            EdgebertError: the target is the root of the file system.

        """
        self._target = Path(os.path.realpath(target))  # a link to a bundle keeps pointing to it
        if not self._target.name:
            raise EdgebertError(f"{self._target}: expected a folder of the bundle's own")
        self._swap = FolderSwap(self._target)
        self._lock = self._target.with_name(f".{self._target.name}.lock")
        self._stack = contextlib.ExitStack()
        self._finished = False

    @property
    def folder(self) -> Path:
        """The temporary folder; files that are put into it become part of the bundle."""
        return self._swap.new

    def __enter__(self) -> Self:
        """Lock the target and make the temporary folder.

        Raises:
            EdgebertError: the target is no bundle, another process is writing there, or the place
                cannot be written to.

        """
        with contextlib.ExitStack() as stack, self._one_line_errors():
            stack.enter_context(_parents_of(self._target))
            stack.enter_context(exclusive(self._lock, f"bundle {self._target}"))
            self._swap.recover()
            self._swap.check_replaceable()
            stack.callback(self._swap.discard)
            self.folder.mkdir()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove the temporary folder and unlock; say in one line if the storage failed."""
        with self._one_line_errors():
            self._stack.close()
            if isinstance(error, OSError):
                raise error
        if kind is None and not self._finished:
            raise RuntimeError("a BundleWriter was left without finish(manifest)")

    def write(self, name: str, content: bytes) -> None:
        """Write one file of the bundle.

        Args:
            name: its path in the bundle; folders in it are made.
            content: the bytes.

        Raises:
            EdgebertError: the storage is full or read-only.

        """
        if not is_plain_relative(name):
            raise ValueError(f"{name!r} is not a path inside the bundle")
        path = self.folder / name
        with self._one_line_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def seal(self, manifest: Manifest) -> Manifest:
        """Hash all files and write the manifest: the temporary folder is a bundle then.

        Args:
            manifest: the manifest; its `files` are filled in here.

        Returns:
            The manifest as written.

        Raises:
            EdgebertError: the manifest does not fit the files or holds a number that is not finite,
                or the storage failed.

        """
        with self._one_line_errors():
            (self.folder / MANIFEST_NAME).unlink(missing_ok=True)
            manifest = msgspec.structs.replace(manifest, files=self._hash_files())
            check_manifest(manifest, f"bundle {self._target}")
            self.write(MANIFEST_NAME, encode_manifest(manifest))
        return manifest

    def finish(self, manifest: Manifest) -> Manifest:
        """Seal the bundle and put it in the target's place.

        Args:
            manifest: the manifest; its `files` are filled in here.

        Returns:
            The manifest as written.

        Raises:
            EdgebertError: the manifest does not fit the files or holds a number that is not finite,
                or the storage failed.

        """
        manifest = self.seal(manifest)
        with self._one_line_errors():
            sync_tree(self.folder)
            self._swap.check_replaceable()
            self._swap.replace()
        self._finished = True
        return manifest

    def _hash_files(self) -> dict[str, FileRecord]:
        return {name: record_of(self.folder / name) for name in files_under(self.folder)}

    @contextlib.contextmanager
    def _one_line_errors(self) -> Iterator[None]:
        """Turn a failure of the storage into one line; other errors pass."""
        try:
            yield
        except OSError as error:
            if not self._is_about_us(error):
                raise
            raise EdgebertError(
                f"bundle {self._target}: cannot be written ({error.strerror}); nothing was changed "
                "there: make room, or choose another folder"
            ) from error

    def _is_about_us(self, error: OSError) -> bool:
        """Say whether an error comes from where only this writer writes."""
        if not isinstance(error.filename, str | bytes):
            return error.errno in WRITE_ERRORS
        path = Path(os.fsdecode(error.filename))
        ours = (self._lock, self._target, self._swap.new, self._swap.retired)
        return path in self._target.parents or any(path.is_relative_to(place) for place in ours)


def encode_manifest(manifest: Manifest) -> bytes:
    """Write a manifest as JSON, indented for people; equal manifests give equal bytes."""
    compact = msgspec.json.encode(manifest, order="deterministic")
    return msgspec.json.format(compact, indent=2) + b"\n"


@contextlib.contextmanager
def _parents_of(target: Path) -> Iterator[None]:
    """Make the folders above the target; take away those that are still empty in the end."""
    missing = [folder for folder in target.parents if not folder.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        for folder in missing:
            with contextlib.suppress(OSError):
                folder.rmdir()
