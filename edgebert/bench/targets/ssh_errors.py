"""What went wrong with ssh, in one phrase that says what to do."""

from collections.abc import Sequence

# A part of what ssh or scp prints -> what it means. The first that is found counts.
_MEANINGS = (
    (
        "REMOTE HOST IDENTIFICATION HAS CHANGED",
        "its host key is another than the one in known_hosts: somebody else may answer there; if "
        "the device was set up anew, ssh-keygen -R its address, then connect once by hand",
    ),
    (
        "Host key verification failed",
        "its host key is not in known_hosts; connect once by hand and compare the fingerprint: "
        "ssh {address}",
    ),
    (
        "Permission denied (",
        "it accepts none of your keys, and no password is asked for here; ssh-copy-id {address}",
    ),
    ("Could not resolve hostname", "there is no such host; is the name right, is it on?"),
    ("Connection refused", "nothing answers on that port; is sshd running there?"),
    ("Connection timed out", "does not answer; is it on, is the network the same?"),
    ("No route to host", "cannot be reached; is it on, is the network the same?"),
    ("No space left on device", "its disk is full; make room, or set TMPDIR there"),
    ("No module named", "its Python lacks edgebert ({line}); --install puts it there, or "
     "name with --python one that has it"),
)  # fmt: skip
_GONE = 255
_NO_COMMAND = 127
_KILLED = 128 + 9


def explain_ssh(address: str, status: int, errors: Sequence[str]) -> str:
    """Say why ssh, scp or what ran on the device ended.

    Args:
        address: the arguments of ssh that lead to the device, for commands to try.
        status: the exit status; 255 is ssh's own, above 128 a signal's.
        errors: the last lines of standard error.
    """
    for part, meaning in _MEANINGS:
        for line in errors:
            if part.lower() in line.lower():
                return meaning.format(address=address, line=line)
    last = f" ({errors[-1]})" if errors else ""
    if status == _NO_COMMAND:
        return f"there is no such program{last}; name its Python with --python"
    if status == _GONE:
        return f"the connection was lost{last}; run the same command again to go on"
    if status in (_KILLED, -9):
        return "the worker was killed (was memory short?); run the same command again to go on"
    return f"ended with status {status}{last}"
