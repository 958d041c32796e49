"""What can go wrong in a way that a user can mend, as exceptions that carry one clear line."""


class EdgebertError(Exception):
    """A wrong input: names the thing, what was found, what was expected and the way out.

    The command line prints the message as one line and exits with status 2.
    """

    exit_status = 2


class CheckFailedError(EdgebertError):
    """A check that ran and did not hold (hash, self-test, accuracy gate): exit status 1."""

    exit_status = 1
