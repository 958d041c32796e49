"""The first process in a stand-in's namespaces: makes its file system, waits, undoes.

Run by machine.py under unshare, with a JSON of `Layout` as its argument. When its input ends it
ends; the kernel then ends all other processes of the stand-in and drops its mounts.
"""

import fcntl
import json
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

DEVICES = ("null", "zero", "random", "urandom")
BINFMT = Path("/proc/sys/fs/binfmt_misc")
OURS = "edgebert-aarch64-"
# An executable of ELF, 64 bits, little-endian, for any system, of AArch64.
MAGIC = rb"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"
MASK = rb"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def main() -> None:
    """Make what the argument says, print this process's id outside, wait for the input's end."""
    layout = json.loads(sys.argv[1])
    # /proc is still that of the machine outside.
    outer_pid = str(Path("/proc/self").readlink())
    work = Path(layout["work"])
    mount("--make-rprivate", "/")
    mount("-t", "tmpfs", "-o", f"size={layout['size']}", "tmpfs", work)
    root = make_root(Path(layout["lower"]), work)
    if layout["isolated"]:
        switch_loopback_on()
    entry = register(Path(layout["qemu"]), outer_pid)
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # orphans come here and are to vanish
        print(outer_pid, root, flush=True)
        sys.stdin.read()
    finally:
        entry.write_text("-1")


def mount(*arguments: object) -> None:
    """Run mount."""
    done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr.strip())


def make_root(lower: Path, work: Path) -> Path:
    """Lay a writable root over the one of the cache, with what a Linux has in it."""
    upper, scratch, root = (work / name for name in ("upper", "scratch", "root"))
    for folder in (upper, scratch, root):
        folder.mkdir()
    options = f"lowerdir={lower},upperdir={upper},workdir={scratch}"
    mount("-t", "overlay", "-o", options, "overlay", root)
    mount("-t", "proc", "proc", root / "proc")
    mount("-t", "sysfs", "-o", "ro", "sysfs", root / "sys")
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", root / "dev")
    (root / "dev/pts").mkdir()
    mount("-t", "devpts", "-o", "newinstance,ptmxmode=0666", "devpts", root / "dev/pts")
    (root / "dev/ptmx").symlink_to("pts/ptmx")
    for name in DEVICES:
        (root / "dev" / name).touch()
        mount("--bind", f"/dev/{name}", root / "dev" / name)
    (root / "tmp").chmod(0o1777)
    return root


def register(qemu: Path, pid: str) -> Path:
    """Have the kernel run programs for ARM by qemu, also within other roots (flag F)."""
    if not (BINFMT / "register").exists():
        mount("-t", "binfmt_misc", "binfmt_misc", BINFMT)
    for entry in BINFMT.glob(f"{OURS}*"):
        if not Path("/proc", entry.name.removeprefix(OURS)).exists():
            entry.write_text("-1")  # of one that was killed
    name = f"{OURS}{pid}"
    rule = b":%s:M::%s:%s:%s:FP" % (name.encode(), MAGIC, MASK, bytes(qemu))
    (BINFMT / "register").write_bytes(rule)
    return BINFMT / name


def switch_loopback_on() -> None:
    """Switch on the one network interface of a new network namespace."""
    with socket.socket() as any_socket:
        request = fcntl.ioctl(any_socket, SIOCGIFFLAGS, struct.pack("16sH14x", b"lo", 0))
        flags = struct.unpack("16sH14x", request)[1] | IFF_UP
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags))


if __name__ == "__main__":
    main()
