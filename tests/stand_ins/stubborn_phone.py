"""A device that adb finds and cannot use: stubborn_phone.py PORT unauthorized|offline.

It speaks the first words of adb's protocol (protocol.txt of Android's adb, little-endian): a
message is six words of 32 bits, then its data.
"""

import os
import socket
import struct
import sys
import threading

HEADER = struct.Struct("<6I")
AUTH, TOKEN = 0x48545541, 1
TOKEN_SIZE = 20


def main() -> None:
    """Take connections of adb's server until it is ended."""
    port, behaviour = int(sys.argv[1]), sys.argv[2]
    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            connection = server.accept()[0]
            talk = ask_for_a_key if behaviour == "unauthorized" else say_nothing
            threading.Thread(target=talk, args=(connection,), daemon=True).start()


def ask_for_a_key(connection: socket.socket) -> None:
    """Ask for a signature, and again after each: the user has not accepted the key yet."""
    while read_message(connection):
        token = os.urandom(TOKEN_SIZE)
        check = sum(token) & 0xFFFFFFFF
        header = HEADER.pack(AUTH, TOKEN, 0, len(token), check, AUTH ^ 0xFFFFFFFF)
        connection.sendall(header + token)


def say_nothing(connection: socket.socket) -> None:
    """Hear the server out without an answer."""
    while read_message(connection):
        pass


def read_message(connection: socket.socket) -> bool:
    """Read a message; False at the end."""
    header = connection.recv(HEADER.size, socket.MSG_WAITALL)
    if len(header) < HEADER.size:
        return False
    size = HEADER.unpack(header)[3]
    return len(connection.recv(size, socket.MSG_WAITALL)) == size


if __name__ == "__main__":
    main()
