"""Runs a command that cannot open sockets to the machine's host: no_vsock.py COMMAND...

adbd listens on vsock as well, which no network namespace confines. A seccomp filter answers
socket(AF_VSOCK, ...) as a kernel without it does; numbers are those of Linux on x86-64.
"""

import ctypes
import os
import socket
import struct
import sys

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER_AT, FIRST_ARGUMENT_AT = 0, 16
SOCKET = 41
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
EAFNOSUPPORT = 97
# Each step: what, jump if so, jump if not, value.
FILTER = (
    (LOAD, 0, 0, NUMBER_AT),
    (JUMP_IF_EQUAL, 0, 3, SOCKET),
    (LOAD, 0, 0, FIRST_ARGUMENT_AT),
    (JUMP_IF_EQUAL, 0, 1, int(socket.AF_VSOCK)),
    (RETURN, 0, 0, REFUSE | EAFNOSUPPORT),
    (RETURN, 0, 0, ALLOW),
)


def main() -> None:
    """Put the filter on this process and become the command."""
    steps = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in FILTER))
    program = struct.pack("H6xP", len(FILTER), ctypes.addressof(steps))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0),
    ):
        if libc.prctl(*arguments) != 0:
            sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
