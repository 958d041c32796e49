"""The assistant answers out of an index what it has no handler for, and says where it stands."""

import json
import re

import pytest
from marked_text import MarkedTexts

from edgebert import EdgebertError
from edgebert.assistant import Assistant, Store, default_config, read_config
from edgebert.knowledge import Answerer, Knowledge, Reader, build_index

UNKNOWN = "I don't know: nothing that I have read comes near enough to that."


@pytest.fixture
def say(notes, tmp_path, minilm):
    """Say marked texts to an assistant that knows the notes; return its whole answers."""
    build_index(notes, tmp_path / "notes.index", minilm)
    texts = MarkedTexts()
    knowledge = Knowledge.load(tmp_path / "notes.index", minilm)
    assistant = Assistant(texts, default_config(), Store(None), knowledge=knowledge)
    yield lambda marked: assistant.respond(texts.plain(marked))
    assistant.close()


def test_a_question_is_answered_out_of_the_notes(say):
    answer = say("where is the fuse box?")
    assert answer.text.startswith("The main water tap is in the cellar")
    assert answer.text.endswith("\n(house.txt, lines 1 to 3)")
    (source,) = answer.to_json()["sources"]
    assert (source["file"], source["first_line"], source["last_line"]) == ("house.txt", 1, 3)
    assert source["similarity"] > 0.4
    assert source["score"] is None
    assert answer.problem is None


def test_marks_of_markdown_are_not_said(say):
    assert say("how do I descale the coffee machine?").text.splitlines()[:3] == [
        "Kitchen",
        "Coffee machine",
        "Descale it every two months with citric acid: two spoons in a full tank.",
    ]


def test_what_is_not_in_the_notes_is_not_known(say):
    answer = say("who won the cup?")
    assert (answer.text, answer.sources) == (UNKNOWN, ())
    answer = say("book a hotel")  # no question, so it is something to do
    assert answer.text.startswith("I don't know how to do that. ")


def test_handlers_come_first(say):
    assert say("set alarm| set an alarm for [time: noon]").command.handler.name == "alarm.set"
    # What may have been meant is asked, but a question is looked up.
    assert say("lights on=0.4| the fuse box").expects == "confirmation"
    assert "fuse box" in say("lights on=0.4| where is the fuse box").text
    assert "answer questions out of what I have read" in say("help").text


def test_what_is_awaited_is_not_looked_up(say):
    say("set alarm| set an alarm")
    assert say("where is the fuse box?").text == "I didn't get that. For what time?"


def test_without_an_index_nothing_changes():
    texts = MarkedTexts()
    assistant = Assistant(texts, default_config(), Store(None))
    text = assistant.respond("where is the fuse box?").text
    assistant.close()
    assert text.startswith("I don't know how to do that. ")


def test_thresholds_decide(notes, tmp_path, minilm, tiny_reader):
    build_index(notes, tmp_path / "notes.index", minilm)
    knowledge = Knowledge.load(tmp_path / "notes.index", minilm)
    question = "where is the fuse box?"
    similarity = knowledge.search(question)[0].similarity
    assert Answerer(knowledge, similarity=similarity + 0.01).answer(question) is None
    whole = Answerer(knowledge, similarity=similarity - 0.01).answer(question)
    assert whole.score is None

    reader = Reader.load(tiny_reader)
    found = Answerer(knowledge, reader, score=0.0).answer(question)
    assert 0 < found.score < 1
    lines = (notes / found.hit.file).read_text().splitlines()
    assert found.text in "\n".join(lines[found.first_line - 1 : found.last_line])
    above = Answerer(knowledge, reader, score=min(found.score + 0.01, 1)).answer(question)
    assert above == whole


def test_the_reader_says_which_line(notes, tmp_path, minilm, tiny_reader):
    build_index(notes, tmp_path / "notes.index", minilm)
    knowledge = Knowledge.load(tmp_path / "notes.index", minilm)
    reader, seen = Reader.load(tiny_reader), set()
    for question in ("bread?", "what is in the hall?", "light", "how many spoons?", "x", "who?"):
        for hit in knowledge.search(question, 3):
            found = reader.read(question, [hit])
            lines = (notes / hit.file).read_text().splitlines()
            assert found.text in "\n".join(lines[found.first_line - 1 : found.last_line])
            assert found.text.count("\n") == found.last_line - found.first_line
            seen.add(found.first_line)
    assert len(seen) > 1


def test_a_reader_for_another_task_is_refused(tiny):
    with pytest.raises(EdgebertError, match="is for feature-extraction, expected a reader"):
        Reader.load(tiny.root)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("similarity = 2", "knowledge: similarity: found 2, expected 0 to 1"),
        ("score = -1", "knowledge: score: found -1"),
        ("passages = 0", "knowledge: passages: found 0, expected 1 to 100"),
        ("likeness = 1", "unknown field `likeness`; the fields are similarity"),
    ],
)
def test_wrong_thresholds(tmp_path, toml, message):
    path = tmp_path / "my.toml"
    path.write_text(f"[knowledge]\n{toml}\n[intents]\n")
    with pytest.raises(EdgebertError, match=re.escape(message)):
        read_config(path).check({})


EVERYTHING = """
out_of_scope = ["light", "music", "[bold]weather[/bold]"]
[intents]
[knowledge]
similarity = {similarity}
score = {score}
"""


@pytest.fixture
def chat(edgebert, notes, tmp_path, tmp_path_factory, tiny):
    """Chat with a real bundle for which everything is out of scope, and with an index."""
    from task_bundles import tiny_bundle

    bundle = tiny_bundle("intent-and-slots", tmp_path_factory).root
    build_index(notes, tmp_path / "notes.index", tiny.root)

    def run(*arguments, said, similarity=0.0, score=0.0):
        toml = tmp_path / "my.toml"
        toml.write_text(EVERYTHING.format(similarity=similarity, score=score))
        options = ("--assistant", toml, "--store", tmp_path / "store")
        knowledge = ("--knowledge", tmp_path / "notes.index")
        return edgebert("chat", bundle, *options, *knowledge, *arguments, stdin=said)

    return run


def test_chat_with_an_index(chat):
    status, out, err = chat(said="turn on the light\nwhat is on?\n")
    assert (status, err) == (0, "")
    for line in out.splitlines():
        assert re.search(r"\((house\.txt|rooms/kitchen\.md), lines? \d+( to \d+)?\)$", line)
    _, out, _ = chat(said="what is on?\nturn on the light\n", similarity=1.0)
    assert out.splitlines()[0] == UNKNOWN
    assert out.splitlines()[1].startswith("I don't know how to do that.")


def test_no_escape_of_a_note_reaches_the_terminal(chat, tmp_path, tiny):
    evil = tmp_path / "evil"
    evil.mkdir()
    (evil / "e\x1b[2Jl.md").write_text("turn on\x1b[2J the \u202elight\x07")
    build_index(evil, tmp_path / "notes.index", tiny.root)
    _, out, _ = chat(said="turn on the light\n")
    assert out == "turn on[2J the light (e[2Jl.md, line 1)\n"


def test_chat_with_a_reader(chat, tiny_reader, notes):
    _, out, _ = chat("--json", "--reader", tiny_reader, said="what is on?\n")
    turn = json.loads(out)
    (source,) = turn["sources"]
    assert source["text"] in (notes / source["file"]).read_text()
    assert 0 < source["score"] < 1
    place = f"({source['file']}, line"
    assert place in turn["answer"]
    assert turn["handler"] is None


def test_chat_with_what_does_not_fit(chat, tiny, tiny_reader, tmp_path):
    for arguments, message in (
        (["--embedder", tiny_reader], "made by the bundle tiny-model"),
        (["--reader", tiny.root], "expected a reader"),
        (["--knowledge", tmp_path / "my.toml"], "is something else"),
    ):
        status, out, err = chat(*arguments, said="x\n")
        assert (status, out) == (2, "")
        assert message in err
        assert err.count("\n") == 1
