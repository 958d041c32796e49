"""From the words of the command line and the lines of standard input to requests."""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from edgebert.errors import EdgebertError
from edgebert.tasks import Request

STDIN = "-"


def read_requests(
    texts: Sequence[str],
    *,
    pair: str | None,
    context: str | None,
    choices: Sequence[str],
    top_k: int | None,
) -> list[Request]:
    """Make a request of each text; no text, or "-" in its place, stands for lines of stdin.

    Args:
        texts: the arguments of the command.
        pair: the second text that goes with each of them.
        context: the same, under the name it has in question answering; "-" is all of stdin.
        choices: the choices that go with each of them.
        top_k: most candidates in an answer.

    Raises:
        EdgebertError: parts that exclude each other; no line on stdin, or bytes that are no UTF-8.

    """
    if pair is not None and context is not None:
        raise EdgebertError("--pair and --context: found both, expected one second text")
    from_stdin = not texts or list(texts) == [STDIN]
    if context == STDIN:
        if from_stdin:
            raise EdgebertError(
                "--context -: standard input cannot be both the context and the texts; "
                "give the question as an argument"
            )
        context = "\n".join(stdin_lines())
    second = context if pair is None else pair
    requests = [
        Request(text, second, tuple(choices), top_k)
        for text in (stdin_lines() if from_stdin else texts)
    ]
    if not requests:
        raise EdgebertError(
            "standard input: found no line, expected a text a line; or give the texts as arguments"
        )
    return requests


def zero_shot_options(
    labels: str | None, hypothesis: str | None, multi_label: bool
) -> dict[str, Any] | None:
    """Return the arguments of `Pipeline.zero_shot`, or None where no labels are given.

    Raises:
        EdgebertError: an option that goes with labels is there without them.

    """
    if labels is None:
        for option, given in (("hypothesis", hypothesis), ("multi-label", multi_label)):
            if given:
                raise EdgebertError(f"--{option}: goes with labels to choose from; add --labels")
        return None
    names = [name.strip() for name in labels.split(",")]
    wording = {} if hypothesis is None else {"hypothesis": hypothesis}
    return {"labels": [name for name in names if name], "multi_label": multi_label, **wording}


def stdin_lines() -> Iterator[str]:
    """Yield the lines of standard input, without their ends.

    Raises:
        EdgebertError: a line is not UTF-8.

    """
    if sys.stdin is None:
        raise EdgebertError("standard input: is closed; give the texts as arguments")
    if sys.stdin.isatty():
        print("reading from the terminal, a text a line; end with ^D", file=sys.stderr)
    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise EdgebertError(
                f"standard input: line {number} is not UTF-8 at byte {error.start}; "
                "expected plain text, saved as UTF-8"
            ) from error
