"""The tutorial: its commands, run as they stand there, give what it says."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import edgebert

TUTORIAL = Path(__file__).parents[1] / "docs" / "tutorial"


def commands():
    """Return the page's commands, those of several lines joined."""
    lines = re.findall(r"(?m)^ {4}(.+)$", (TUTORIAL / "README.md").read_text("utf-8"))
    return "\n".join(lines).replace("\\\n", " ").splitlines()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A copy of the folder where every command but the chat has been run."""
    folder = tmp_path_factory.mktemp("tutorial") / "hotel"
    shutil.copytree(TUTORIAL, folder)
    for command in commands():
        if not command.startswith("edgebert chat"):
            run(command, folder)
    return folder


def run(command, folder, stdin=""):
    """Run a command of the page with this Python and this edgebert."""
    python = sys.executable
    command = re.sub(r"^edgebert ", f"{python} -m edgebert.cli ", command)
    command = re.sub(r"^python ", f"{python} ", command)
    root = str(TUTORIAL.parents[1])
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env={**os.environ, "PYTHONPATH": root, "OMP_NUM_THREADS": "1", "TZ": "UTC"},
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_there_are_ten_sentences_an_intent(place):
    rows = [json.loads(line) for line in (place / "sentences.jsonl").open()]
    counts = {row["label"]: 0 for row in rows}
    for row in rows:
        counts[row["label"]] += 1
    assert counts.pop("something else") == 20
    assert set(counts.values()) == {10}
    assert len(counts) == 5


def test_most_of_what_it_never_saw_is_understood(place):
    rows = [json.loads(line) for line in (place / "unseen.jsonl").open()]
    pipeline = edgebert.load(place / "hotel-bundle", threads=1)
    right = sum(pipeline(row["text"]).labels[0].label == row["label"] for row in rows)
    assert right >= 15, f"{right} of {len(rows)}"


def test_the_chat_does_what_the_handlers_say(place):
    chat = next(command for command in commands() if command.startswith("edgebert chat"))
    said = ["may we have some more towels", "three", "when is breakfast served", "call us a cab"]
    stdin = "".join(f"{line}\n" for line in [*said, "at seven am"])
    lines = run(f"{chat} --store hotel.db --time-zone UTC", place, stdin).splitlines()
    assert lines[:4] == [
        "How many towels?",
        "3 towels are on their way.",
        "Breakfast is from 6:30 to 10:30, on the ground floor.",
        "When do you need it?",
    ]
    assert re.fullmatch(r"A taxi will be there on \w+day at 07:00\.", lines[4])
