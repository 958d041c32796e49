"""Where the Android app (android_demo) keeps what comes and goes over adb, and bringing it bundles.

On a device these are the app's external files, which adb's user and the app share.
"""

import re
import shlex

from edgebert.bench.targets.adb_connection import AdbConnection
from edgebert.bench.targets.bundle_files import beside_the_recorded, by_folder
from edgebert.bundle import Bundle
from edgebert.bundle.hashing import sha256_of
from edgebert.bundle.manifest import UNRECORDED
from edgebert.errors import EdgebertError

PACKAGE = "dev.edgebert.demo"
FILES = f"/sdcard/Android/data/{PACKAGE}/files"
BUNDLES = f"{FILES}/bundles"
RESULTS = f"{FILES}/results"
_NAME = re.compile(r"\w[\w.-]{0,63}", re.ASCII)
_THERE = "there"


def check_app(connection: AdbConnection) -> None:
    """See that the app is on the device.

    Raises:
        EdgebertError: it is not, or was never started.

    """
    if _THERE not in connection.run(f"if test -d {FILES}; then echo {_THERE}; fi"):
        raise EdgebertError(
            f"{connection.name}: the app {PACKAGE} has no folder there; install it as "
            "android_demo/README.md says, and start it once, which makes the folder"
        )


def name_on_device(bundle: Bundle, name: str | None = None) -> str:
    """Return what a bundle is called in the app: its folder's name, unless another is given.

    Raises:
        EdgebertError: a folder on the device cannot be called so.

    """
    chosen = bundle.root.resolve().name if name is None else name
    if not _NAME.fullmatch(chosen):
        raise EdgebertError(
            f"name {chosen}: expected letters, digits, '.', '_' and '-', 64 at most, and no '.' or "
            "'-' first; give another with --name"
        )
    return chosen


def push_bundle(connection: AdbConnection, bundle: Bundle, name: str) -> int:
    """Bring a whole bundle to the app; one of the same name is replaced once this one is there.

    Args:
        connection: to the device.
        bundle: every file of it is compared with its hash before.
        name: what `name_on_device` returned.

    Returns:
        How many bytes travelled; 0 where the device has the same bundle.

    Raises:
        CheckFailedError: a file is not the exported one.
        EdgebertError: the app is not there, or the bundle cannot be copied.

    """
    names = list(bundle.manifest.files)
    for file in names:
        bundle.verified(file)
    check_app(connection)
    if _has(connection, bundle, name):
        return 0
    # Not among the bundles, where the app would list half of one.
    incoming = f"{FILES}/.incoming-{name}"
    groups = by_folder(bundle, [*names, *beside_the_recorded(bundle)])
    inner = " ".join(shlex.quote(f"{incoming}/{parent}") for parent in groups)
    connection.run(f"rm -rf {incoming} && mkdir -p {BUNDLES} {inner}")
    try:
        for parent, paths in groups.items():
            connection.copy(paths, f"{incoming}/{parent}")
        connection.run(f"rm -rf {BUNDLES}/{name} && mv {incoming} {BUNDLES}/{name}")
    except EdgebertError as error:
        try:
            connection.run(f"rm -rf {incoming}")
        except EdgebertError:
            raise EdgebertError(f"{error}; what came until then is in {incoming}") from error
        raise
    return sum(path.stat().st_size for paths in groups.values() for path in paths)


def _has(connection: AdbConnection, bundle: Bundle, name: str) -> bool:
    """Say whether the device has this bundle; the app compares its files with the manifest."""
    places = " ".join(f"{BUNDLES}/{name}/{file}" for file in UNRECORDED)
    command = f"for file in {places}; do if test -f $file; then sha256sum $file; fi; done"
    found = [line.split()[:1] for line in connection.run(command).splitlines()]
    return found == [[sha256_of(bundle.path(file))] for file in beside_the_recorded(bundle)]
