"""What was answered for is kept: across restarts, kill -9, failing disks and odd files."""

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from edgebert.assistant import Store, default_path
from edgebert.errors import EdgebertError

ADD = "create or add to list| add milk to my [list name: shopping] list"
SHOW = "ask about lists| what is on my [list name: shopping] list"


def test_lists_and_alarms_are_there_after_a_restart(talk, tmp_path):
    path = tmp_path / "new" / "folder" / "home.db"
    first = talk(store=path)
    first.say(ADD)
    first.say("set alarm| wake me at [time: six am]")
    first.assistant.close()
    second = talk(store=path)
    assert second.say(SHOW) == "On the shopping list: milk."
    assert second.say("ask about alarms| alarms") == "You have 1 alarm: tomorrow at 06:00."
    assert path.parent.stat().st_mode & 0o077 == 0


def test_an_alarm_that_was_missed_is_announced_late_and_once(talk, tmp_path):
    path = tmp_path / "home.db"
    first = talk(store=path)
    first.say("set alarm| timer for [time: ten minutes]")
    first.assistant.close()
    second = talk(store=path)
    second.wait(hours=3)
    (found,) = second.assistant.due()
    assert found.text == "Your timer was due 2 hours and 50 minutes ago."
    assert second.assistant.due() == (found,)  # until it is acknowledged
    second.assistant.acknowledge([found])
    assert second.assistant.due() == ()


KILLED = """
import sys
sys.path[:0] = [{tests!r}]
from pathlib import Path
from marked_text import MarkedTexts
from edgebert.assistant import Assistant, Store, default_config

texts = MarkedTexts()
assistant = Assistant(texts, default_config(), Store(Path({store!r})))
number = 0
while True:
    number += 1
    text = texts.plain(f"create or add to list| add number{{number}} to my [list name: long] list")
    assert assistant.respond(text).problem is None
    print(number, flush=True)
"""


@pytest.mark.parametrize("answers", [1, 7, 40])
def test_kill_9_loses_nothing_that_was_answered(talk, tmp_path, answers):
    path = tmp_path / "home.db"
    code = KILLED.format(tests=str(Path(__file__).parent), store=str(path))
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    answered = 0
    for line in process.stdout:
        answered = int(line)
        if answered == answers:
            process.kill()
            break
    answered = max([answered, *map(int, process.stdout.read().split())])
    assert process.wait() == -signal.SIGKILL
    said = talk(store=path).say("ask about lists| what is on my [list name: long] list")
    kept = said.removeprefix("On the long list: ").removesuffix(".").replace(" and ", ", ")
    expected = [f"number{number}" for number in range(1, answered + 1)]
    # One more may have been kept whose answer did not come out any more.
    assert kept.split(", ")[: len(expected)] == expected
    assert len(kept.split(", ")) <= answered + 1


def test_two_assistants_share_a_store(talk, tmp_path):
    path = tmp_path / "home.db"
    one, other = talk(store=path), talk(store=path)
    one.say(ADD)
    assert other.say(SHOW) == "On the shopping list: milk."
    other.say("create or add to list| add tea to my [list name: shopping] list")
    assert one.say(SHOW) == "On the shopping list: milk and tea."


def test_a_store_that_another_keeps_to_itself_is_said(talk, tmp_path, monkeypatch):
    monkeypatch.setattr("edgebert.assistant.store.BUSY_SECONDS", 0.1)
    path = tmp_path / "home.db"
    current = talk(store=path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    answer = current.answer(ADD)
    assert answer.text == "Sorry, I can't get at what I remember."
    assert answer.problem == "handler list.add: OperationalError: database is locked"
    other.execute("rollback")
    assert current.say(ADD) == "Added to the shopping list: milk."


def test_files_that_are_no_store_are_refused_and_left_alone(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("milk and eggs, " * 100)
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("create table photos (name text)")
    later = tmp_path / "later.db"
    Store(later).close()
    with sqlite3.connect(later) as connection:
        connection.execute("pragma user_version = 99")
    for path, reason in (
        (text, "file is not a database"),
        (foreign, "a database of something else"),
        (later, "written by a later edgebert, version 99"),
        (tmp_path, "unable to open database file"),
        (text / "below", "Not a directory|File exists"),
    ):
        before = path.read_bytes() if path.is_file() else b""
        with pytest.raises(EdgebertError, match=reason):
            Store(path)
        assert (path.read_bytes() if path.is_file() else b"") == before


def test_it_is_where_xdg_says(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_path() == tmp_path / "edgebert" / "assistant.sqlite3"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for useless in ("", "relative/folder"):
        monkeypatch.setenv("XDG_DATA_HOME", useless)
        expected = tmp_path / "home" / ".local" / "share" / "edgebert" / "assistant.sqlite3"
        assert default_path() == expected


def test_an_assistant_is_for_several_threads(talk):
    current = talk()
    text = current.texts.plain(ADD)
    threads = [
        threading.Thread(target=lambda: [current.assistant.respond(text) for _ in range(5)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        current.assistant.due()
        time.sleep(0.001)
    assert current.say(SHOW).count("milk") == 20
