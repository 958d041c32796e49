"""Self-tests in processes of their own: where an engine crashes, that is a finding and no more.

A worker runs one engine on a bundle's artifacts, one after the other, and says after each what it
found. If it dies, the artifact that it had not spoken of is to blame, and another worker goes on.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

import msgspec

from edgebert.bundle.digest import digest_of
from edgebert.bundle.manifest import Mode
from edgebert.bundle.reading import Bundle, open_bundle, read_manifest
from edgebert.bundle.self_test import SelfTestReport, run_self_test
from edgebert.engines import engine_named
from edgebert.engines.session import Engine
from edgebert.errors import EdgebertError

STDOUT, STDERR = 1, 2


class Finding(msgspec.Struct, frozen=True):
    """What the self-test of one artifact found: figures, or why there are none."""

    report: SelfTestReport | None = None
    problem: str | None = None


def self_test_here(bundle: Bundle, engine: Engine, mode: str) -> Finding:
    """Run the self-test of one artifact in this process."""
    try:
        return Finding(report=run_self_test(bundle, engine, mode))
    except EdgebertError as error:
        return Finding(problem=str(error))


def self_test_apart(bundle: Bundle, engine: str, modes: Sequence[Mode]) -> dict[Mode, Finding]:
    """Run the self-test of an engine's artifacts, not in this process.

    Args:
        bundle: opened, as it still lies on the disk.
        engine: the name of one of edgebert's engines.
        modes: the artifacts' precision modes.

    Returns:
        What was found by mode, a crash too.

    Raises:
        EdgebertError: the bundle is no longer the one that was opened.

    """
    digest = digest_of(read_manifest(bundle.root))
    found: dict[Mode, Finding] = {}
    while left := [mode for mode in modes if mode not in found]:
        done = subprocess.run(
            [sys.executable, "-m", __name__, str(bundle.root), digest, engine, *left],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        lines = done.stdout.split(b"\n")[:-1]  # the last one is cut off, or empty
        for mode, line in zip(left, lines, strict=False):
            found[mode] = msgspec.msgpack.decode(bytes.fromhex(line.decode()), type=Finding)
        if len(lines) < len(left):
            problem = _how_it_ended(engine, done.returncode, done.stderr)
            found[left[len(lines)]] = Finding(problem=problem)
    return found


def _how_it_ended(engine: str, status: int, errors: bytes) -> str:
    if status < 0:
        how = f"crashed ({signal.Signals(-status).name})"
    else:
        last = errors.decode(errors="replace").strip().rpartition("\n")[2]
        how = f"ended with status {status}" + (f" ({last})" if last else "")
    return (
        f"{engine} {how}: the artifact is damaged or hostile, or the package is none for this CPU; "
        "export the bundle again, or take another engine"
    )


def main(root: str, digest: str, engine_name: str, *modes: str) -> None:
    """Be the worker: a finding a line on standard output, and nothing else there."""
    # Native libraries print to descriptor 1, where only findings may go.
    with os.fdopen(os.dup(STDOUT), "wb", buffering=0) as findings:
        os.dup2(STDERR, STDOUT)
        bundle = open_bundle(root, digest=digest)
        engine = engine_named(engine_name)
        for mode in modes:
            finding = self_test_here(bundle, engine, mode)
            # JSON has no infinity, which is how far off what cannot be compared is.
            findings.write(msgspec.msgpack.encode(finding).hex().encode() + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
