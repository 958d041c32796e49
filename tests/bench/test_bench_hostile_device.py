"""A device that answers nonsense: real processes behind the interface of a target."""

import sys
import textwrap

import pytest

from edgebert.bench import channel
from edgebert.bench.channel import Channel
from edgebert.bench.protocol import SCHEMA, Plan
from edgebert.bench.targets import LocalTarget
from edgebert.errors import EdgebertError

LIMIT = 1 << 16


class Liar(LocalTarget):
    """A device on which something else runs than the worker."""

    name = "liar"

    def __init__(self, program: str) -> None:
        self._program = textwrap.dedent(program)

    def worker_command(self):
        return [sys.executable, "-c", self._program]


@pytest.mark.parametrize(
    "program",
    [
        "print('hello')",
        "print('[' * 5000)",
        r"import os; os.write(1, b'\xff\xfe\n')",
        "print('{}')",
        """
        import sys
        try:
            while True:
                sys.stdout.write("x" * 10_000)
        except BrokenPipeError:
            pass
        """,
        """
        import sys
        while True:
            sys.stderr.write("x" * 100_000)
            print("still here", flush=True)
        """,
    ],
    ids=["text", "nesting", "no utf-8", "no message", "a line without end", "errors without end"],
)
def test_what_a_device_says_is_a_message_or_one_line(program, monkeypatch):
    monkeypatch.setattr(channel, "LONGEST_LINE", LIMIT)
    monkeypatch.setattr(channel, "PATIENCE_S", 1.0)
    plan = Plan(schema=SCHEMA, stage="survey", run="run", target="liar")
    with pytest.raises(EdgebertError, match="in place of a message") as caught:
        list(Channel(Liar(program)).run(plan))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000
