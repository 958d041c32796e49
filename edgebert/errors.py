"""What can go wrong in a way that a user can mend, as exceptions that carry one clear line."""

from edgebert.printable import printable


class EdgebertError(Exception):
    """A wrong input: names the thing, what was found, what was expected and the way out.

    The message is one line that is safe to print, whatever names of a foreign file it quotes. The
    command line prints it and exits with status 2.
    """

    exit_status = 2

    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


class CheckFailedError(EdgebertError):
    """A check that ran and did not hold (hash, self-test, accuracy gate): exit status 1."""

    exit_status = 1
