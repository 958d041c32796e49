"""`edgebert chat` with a real bundle: as a filter, in a terminal, killed, and with wrong input."""

import fcntl
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from edgebert.assistant import Assistant

COMMAND = [sys.executable, "-m", "edgebert.cli", "chat"]


def chat(bundle, *arguments, stdin=b"", **environment):
    """Run the command with what is said on its standard input."""
    return subprocess.run(
        [*COMMAND, str(bundle), *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        timeout=120,
    )


def test_a_dialogue_with_a_real_model(bundle, tmp_path):
    store = tmp_path / "home.db"
    said = """add milk to my shopping list
put eggs on the shopping list
what is on my shopping list
clear my shopping list
yes
turn on the kitchen lights
make the kitchen lights blue
what is twelve times seven
wake me at six am
what alarms do i have
what is my credit score
"""
    done = chat(bundle, "--store", store, "--time-zone", "UTC", stdin=said.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode().splitlines()
    assert lines[:8] == [
        "Added to the shopping list: milk.",
        "Added to the shopping list: eggs.",
        "On the shopping list: milk and eggs.",
        "Clear the shopping list with 2 items?",
        "Cleared the shopping list.",
        "The kitchen light is on, at 100 %.",
        "The kitchen light is on, blue, at 100 %.",
        "84.",
    ]
    assert lines[8].startswith("Alarm set: to")
    assert lines[9].startswith("You have 1 alarm: to")
    assert lines[10].startswith("I don't know how to do that. ")
    again = chat(bundle, "--store", store, stdin=b"what alarms do i have\n")
    assert again.stdout.startswith(b"You have 1 alarm: ")


def test_in_python_it_answers_the_same(bundle, tmp_path):
    assistant = Assistant.load(bundle, store=tmp_path / "home.db")
    answer = assistant.respond("Make the kitchen lights BLUE!")
    assistant.close()
    assert answer.text == "The kitchen light is on, blue, at 100 %."
    assert answer.command.intent == "change light color"
    assert answer.command.confidence > 0.5
    assert {name: slot.text for name, slot in answer.command.slots.items()} == {
        "room": "kitchen",
        "color": "BLUE",
    }


def test_json_is_one_object_a_turn(bundle, tmp_path):
    said = "set an alarm\nhalf past six\nwhat is my credit score\nhelp\n"
    done = chat(bundle, "--json", "--store", tmp_path / "home.db", stdin=said.encode())
    turns = [json.loads(line) for line in done.stdout.splitlines()]
    assert [turn["text"] for turn in turns] == said.splitlines()
    assert [turn["expects"] for turn in turns] == ["slot", "command", "command", "command"]
    assert [turn["handler"] for turn in turns] == ["alarm.set", "alarm.set", None, "talk.help"]
    assert "T" in turns[1]["slots"]["when"]["value"]
    assert turns[3]["answer"].count("\n") > 10
    assert all(turn["problem"] is None for turn in turns)
    assert done.stdout.isascii()


def test_no_escape_of_anybody_reaches_the_terminal(bundle, tmp_path):
    own = tmp_path / "own.py"
    own.write_text(
        "from edgebert.assistant import handler\n"
        "@handler('evil')\ndef evil(turn):\n    return '\\x1b[2J\\u202eowned\\nsecond line'\n"
        "@handler('broken')\ndef broken(turn):\n    raise ValueError('\\x1b[31mred')\n"
    )
    toml = tmp_path / "my.toml"
    toml.write_text(
        '[intents.praise]\nhandler = "evil"\n[[phrases]]\nhandler = "broken"\ntexts = ["break"]\n'
    )
    said = (
        b"well done\nbreak\n\x1b[31m\xff\xfe \xe2\x80\xae\nwell done\n" + b"a" * 5_000_000 + b"\n"
    )
    done = chat(
        bundle, "--handlers", own, "--assistant", toml, "--store", tmp_path / "s", stdin=said
    )
    assert done.returncode == 0
    lines = done.stdout.decode().splitlines()
    assert lines[0] == lines[3] == "\\x1b[2J\\u202eowned second line"
    assert lines[1] == "Sorry, something went wrong while I did that."
    assert lines[4] == "That is too long for me: I read up to 2,000 characters."
    assert len(lines) == 5
    assert done.stderr.decode() == "problem: handler broken: ValueError: \\x1b[31mred\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--assistant", "{tmp}/no.toml"], "no.toml: No such file or directory"),
        (["--handlers", "{tmp}/no.py"], "no.py: no such file"),
        (["--store", "{tmp}"], "unable to open database file"),
        (["--time-zone", "Mars/Olympus"], "time zone 'Mars/Olympus': unknown, expected a name"),
        (["--time-zone", "../../etc/passwd"], "time zone '../../etc/passwd': unknown"),
        (["--engine", "litert"], "no artifact for litert"),
    ],
)
def test_wrong_input_ends_in_one_line(bundle, tmp_path, arguments, message):
    arguments = [part.format(tmp=tmp_path) for part in arguments]
    done = chat(bundle, *arguments, XDG_DATA_HOME=str(tmp_path / "data"))
    error = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b"")
    assert error.startswith("error: ")
    assert message in error
    assert error.count("\n") == 1


def test_the_store_is_where_xdg_says(bundle, tmp_path):
    chat(bundle, stdin=b"add milk to my shopping list\n", XDG_DATA_HOME=str(tmp_path))
    assert (tmp_path / "edgebert" / "assistant.sqlite3").is_file()


def test_kill_9_loses_nothing_that_was_answered(bundle, tmp_path):
    store = tmp_path / "home.db"
    process = subprocess.Popen(
        [*COMMAND, str(bundle), "--store", str(store)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    for _ in range(3):
        process.stdin.write(b"add milk to my shopping list\n")
        assert process.stdout.readline() == b"Added to the shopping list: milk.\n"
    process.kill()
    assert process.wait() == -signal.SIGKILL
    done = chat(bundle, "--store", store, stdin=b"what is on my shopping list\n")
    assert done.stdout == b"On the shopping list: milk, milk and milk.\n"


def test_what_is_due_is_announced_while_it_waits(bundle, tmp_path):
    process = subprocess.Popen(
        [*COMMAND, str(bundle), "--json", "--store", str(tmp_path / "home.db")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    process.stdin.write(b"set an alarm\none second\n")
    lines = [json.loads(process.stdout.readline()) for _ in range(3)]
    assert lines[1]["answer"].startswith("Timer set: 1 second, until ")
    assert lines[2]["announcement"].startswith("Your timer ")
    process.stdin.close()
    assert process.wait(timeout=60) == 0
    assert process.stdout.read() == b""


def cpu_time(pid):
    """Return the clock ticks that a process has used, by itself and for the kernel's work."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]


class Terminal:
    """The command in a terminal of its own."""

    def __init__(self, *arguments):
        self.process, self.screen = None, ""
        self.side, other = pty.openpty()
        self.process = subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "TERM": "dumb"},
        )
        os.close(other)

    def wait_until_idle(self):
        """Wait until it waits for keys: a ^C between the prompt and that has to be typed again."""
        used = None
        while used != (used := cpu_time(self.process.pid)):
            time.sleep(0.5)

    def type(self, keys):
        os.write(self.side, keys.encode())

    def wait_for(self, text, seconds=60):
        """Read the screen until it has a text, from where the last one was found."""
        deadline = time.monotonic() + seconds
        while text not in self.screen:
            left = deadline - time.monotonic()
            assert left > 0, f"{text!r} is not in {self.screen!r}"
            if select.select([self.side], [], [], left)[0]:
                try:
                    self.screen += os.read(self.side, 10_000).decode()
                except OSError:  # the other side is closed
                    assert text in self.screen, f"{text!r} is not in {self.screen!r}"
        before, _, self.screen = self.screen.partition(text)
        return before

    def end(self, seconds=60):
        """Wait for the end; return the exit status and what the screen still got."""
        rest = self.screen
        try:
            while select.select([self.side], [], [], seconds)[0]:
                rest += os.read(self.side, 10_000).decode()
            self.process.kill()
            raise AssertionError(f"it did not end; the screen has {rest!r}")
        except OSError:  # the other side is closed
            return self.process.wait(timeout=seconds), rest
        finally:
            os.close(self.side)


def test_in_a_terminal_it_prompts_announces_and_ends_with_control_d(bundle, tmp_path):
    terminal = Terminal(bundle, "--store", tmp_path / "home.db")
    terminal.wait_for("help tells what I can do")
    terminal.wait_for("> ")
    terminal.type("lights on\r")
    terminal.wait_for("All lights are on, at 100 %.\r\n> ")
    terminal.type("help\r")
    terminal.wait_for("I can:\r\n- tell the time")
    terminal.type("set an alarm\r")
    terminal.wait_for("For what time?")
    terminal.type("one second\r")
    terminal.wait_for("Timer set")
    terminal.wait_for("! Your timer ")
    terminal.wait_for("> ")
    terminal.type("\x04")
    status, rest = terminal.end()
    assert (status, rest.strip()) == (0, "")


def test_control_c_leaves_without_a_traceback(bundle, tmp_path):
    terminal = Terminal(bundle, "--store", tmp_path / "home.db")
    terminal.wait_for("> ")
    terminal.wait_until_idle()
    terminal.type("\x03")
    status, rest = terminal.end()
    assert status == 130
    assert rest.strip().endswith("error: interrupted")
    assert "Traceback" not in rest


def test_control_c_ends_a_handler_that_hangs(bundle, tmp_path):
    own = tmp_path / "own.py"
    own.write_text(
        "import time\nfrom edgebert.assistant import handler\n"
        "@handler('hang')\ndef hang(turn):\n    turn.store.put('x', 1)\n    time.sleep(600)\n"
    )
    toml = tmp_path / "my.toml"
    toml.write_text('time_limit = 600\n[intents.praise]\nhandler = "hang"\n')
    terminal = Terminal(
        bundle, "--handlers", own, "--assistant", toml, "--store", tmp_path / "home.db"
    )
    terminal.wait_for("> ")
    terminal.type("well done\r")
    terminal.wait_for("well done")
    time.sleep(0.5)
    terminal.type("\x03")
    status, rest = terminal.end()
    assert status == 130
    assert "Traceback" not in rest


def test_another_kind_of_bundle_is_refused(bundle, tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[intents."no such label"]\nhandler = "light.on"\n')
    done = chat(bundle, "--assistant", wrong)
    assert b"intent 'no such label': the model has none of this name" in done.stderr
    assert done.returncode == 2


@pytest.mark.parametrize("package", ["dateparser", "tzlocal"])
def test_without_its_extra_it_says_what_to_install(bundle, tmp_path, package):
    code = f"import sys; sys.modules[{package!r}] = None; from edgebert.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "chat", str(bundle), "--store", str(tmp_path / "s")],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.decode() == (
        f"error: edgebert chat needs the package {package}: pip install 'edgebert[assistant]'\n"
    )


def test_the_assistant_loads_nothing_heavy():
    heavy = "{'torch', 'transformers', 'dateparser', 'rich', 'typer', 'edgebert.exporter'}"
    code = f"import sys, edgebert.assistant; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b"set()\n"
