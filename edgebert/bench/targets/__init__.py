"""The devices that a benchmark runs on, each behind the interface of `target`."""

from edgebert.bench.targets.adb import AdbTarget
from edgebert.bench.targets.adb_app import AppTarget
from edgebert.bench.targets.adb_connection import parse_serial
from edgebert.bench.targets.local import LocalTarget
from edgebert.bench.targets.ssh import SshTarget
from edgebert.bench.targets.ssh_connection import SshOptions, parse_address
from edgebert.bench.targets.target import Target
from edgebert.errors import EdgebertError

__all__ = [
    "AdbTarget",
    "AppTarget",
    "LocalTarget",
    "SshOptions",
    "SshTarget",
    "Target",
    "target_for",
]


def target_for(name: str, options: SshOptions | None = None, *, app: bool = False) -> Target:
    """Return the target that a name stands for; nothing is connected yet.

    Args:
        name: ``local``; ``ssh:user@host:port``, where user and port may be left out; or
            ``adb:SERIAL``, where the serial of the only connected device may be left out.
        options: how devices are reached by ssh.
        app: whether the Android app measures, and not a worker of edgebert's own.

    Raises:
        EdgebertError: the name is none of these, or there can be no app.

    """
    kind, _, rest = name.partition(":")
    if kind == "adb":
        serial = None if name == "adb" else parse_serial(rest)
        return AppTarget(serial) if app else AdbTarget(serial)
    if app:
        raise EdgebertError(f"target {name}: --app is for devices behind adb, as in --target adb")
    if name == "local":
        return LocalTarget()
    if kind == "ssh":
        return SshTarget(parse_address(rest), options or SshOptions())
    raise EdgebertError(
        f"target {name}: unknown, expected local, ssh:user@host[:port] or adb[:serial]"
    )
