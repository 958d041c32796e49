"""Putting a new folder in the place of an old one, and mending what a killed run left."""

import contextlib
import shutil
from pathlib import Path

import msgspec

from edgebert.bundle.exchange import exchange
from edgebert.bundle.folder import files_under, sync
from edgebert.bundle.manifest import MANIFEST_NAME, UNRECORDED
from edgebert.bundle.validation import DECODE_ERRORS
from edgebert.errors import EdgebertError


class _AnyManifest(msgspec.Struct):
    """What tells the manifest of a bundle, of any version, from another program's."""

    format: int
    edgebert: str
    files: dict[str, object]


class FolderSwap:
    """The target, the new folder and the retired old one, all beside each other.

    They change places in one step where the system can do that. Elsewhere there are two renames;
    whoever holds the target's lock and calls `recover` first finds the old bundle again, should
    the process have died between them.

    Attributes:
        target: where the bundle is to be.
        new: where it is written.
        retired: where the old bundle is while the new one takes its place.

    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.new = target.with_name(f".{target.name}.partial")
        self.retired = target.with_name(f".{target.name}.previous")

    def recover(self) -> None:
        """Remove what a killed run left, and put back an old bundle that it had moved away."""
        if self.retired.exists() and not self.target.exists():
            self.retired.rename(self.target)
        self.discard()

    def check_replaceable(self) -> None:
        """Check that replacing the target loses nothing but an older bundle.

        Raises:
            EdgebertError: the target is a file, or a folder with something else in it.

        """
        if not self.target.exists():
            return
        if not self.target.is_dir():
            raise self._refusal("is a file")
        found = set(files_under(self.target))
        if not found:
            return
        if MANIFEST_NAME not in found:
            raise self._refusal(f"holds {min(found)} and no {MANIFEST_NAME}: it is not a bundle")
        try:
            content = (self.target / MANIFEST_NAME).read_bytes()
            recorded = msgspec.json.decode(content, type=_AnyManifest).files
        except DECODE_ERRORS as error:
            raise self._refusal(f"has a {MANIFEST_NAME} that is no bundle's") from error
        foreign = found - {*UNRECORDED, *recorded}
        if foreign:
            raise self._refusal(f"holds {min(foreign)}, which is no part of the bundle")

    def replace(self) -> None:
        """Put the new folder in the target's place; any failure leaves the target as it was."""
        if not self.target.exists():
            self.new.rename(self.target)
        elif exchange(self.new, self.target):
            # The new bundle is in place: an old one that resists is no reason to fail.
            shutil.rmtree(self.new, ignore_errors=True)
        else:
            self._replace_by_renames()
        with contextlib.suppress(OSError):  # the new bundle is in place, and whole
            sync(self.target.parent)

    def _replace_by_renames(self) -> None:
        try:
            self.target.rename(self.retired)
            self.new.rename(self.target)
        except BaseException:
            if self.retired.exists() and not self.target.exists():
                self.retired.rename(self.target)
            raise

    def discard(self) -> None:
        """Remove the new folder, if it has not taken the target's place, and the retired one."""
        shutil.rmtree(self.new, ignore_errors=True)
        if self.target.exists() and self.retired.exists():
            # The new bundle is in place: an old file that resists is no reason to fail.
            shutil.rmtree(self.retired, ignore_errors=True)

    def _refusal(self, finding: str) -> EdgebertError:
        return EdgebertError(
            f"{self.target}: {finding}; an export replaces only an older bundle: choose another "
            "folder, or remove this one yourself"
        )
