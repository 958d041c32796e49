"""A list of phrases in two languages: read, indexed, and asked for in a dialogue."""

import re

import pytest
from marked_text import MarkedTexts

from edgebert import EdgebertError
from edgebert.assistant import Assistant, Store, default_config
from edgebert.knowledge import Knowledge, build_index

GERMAN = """English\tGerman
Good morning.\tGuten Morgen.
Where is the railway station?\tWo ist der Bahnhof?

The bill, please.\tDie Rechnung, bitte.
Thank you very much.\tVielen Dank.
"""


@pytest.fixture
def german(tmp_path, minilm):
    """An index of German phrases."""
    (tmp_path / "german.tsv").write_text(GERMAN)
    report = build_index(tmp_path / "german.tsv", tmp_path / "german.index", minilm)
    assert (report.passages, report.embedded) == (4, 4)
    return Knowledge.load(tmp_path / "german.index", minilm, kind="phrases")


@pytest.fixture
def say(german):
    """Say something to an assistant with the phrasebook; return the words of its answer."""
    assistant = Assistant(MarkedTexts(), default_config(), Store(None), phrasebooks=[german])
    yield lambda text: assistant.respond(text).text
    assistant.close()


def test_phrases_are_found_with_their_lines(german):
    assert german.index.contents.languages == ("English", "German")
    hit = german.search("railway station")[0]
    assert hit.passage.translation == "Wo ist der Bahnhof?"
    assert hit.place == "german.tsv, line 3"
    assert german.search("the bill")[0].place == "german.tsv, line 5"


@pytest.mark.parametrize(
    "text",
    [
        "how do you say good morning in German",
        "How do I say 'good morning' in german?",
        "Translate good morning to German!",
        "translate good morning into German",
    ],
)
def test_a_phrase_that_is_there(say, text):
    assert say(text) == "In German: Guten Morgen."


def test_the_nearest_phrase_is_offered_as_what_it_is(say):
    answer = say("how do you say where's the train station in German")
    assert re.fullmatch(
        "The nearest phrase I have is “Where is the railway station\\?” "
        r"\(similarity 0\.\d\d\)\. In German: Wo ist der Bahnhof\?",
        answer,
    )
    assert float(answer.split("similarity ")[1][:4]) >= default_config().phrasebook.similarity


def test_a_phrase_that_is_too_far_is_refused(say):
    answer = say("how do you say my hovercraft is full of eels in German")
    assert answer.startswith("I have no phrase near enough to that; the nearest is “")
    assert "German:" not in answer


@pytest.mark.parametrize("text", ["how do you say good morning in Klingon", "translate this"])
def test_other_languages_are_refused(say, text):
    assert say(text) == "I have phrases in German: say it with the language at the end."


def test_what_is_no_question_for_a_phrase(say):
    assert say("how do you say in German") == "Which phrase?"
    assert say("what is good morning in German").startswith("I don't know how to do that.")
    assert "- say phrases in German: “how do you say good morning in German”" in say("help")


def test_two_lists_of_one_language_are_refused(german):
    with pytest.raises(EdgebertError, match="is a second one for German"):
        Assistant(MarkedTexts(), default_config(), Store(None), phrasebooks=[german, german])


def test_a_changed_list_embeds_only_what_is_new(german, tmp_path, minilm):
    (tmp_path / "german.tsv").write_text(GERMAN + "Good night.\tGute Nacht.\n")
    report = build_index(tmp_path / "german.tsv", tmp_path / "german.index", minilm)
    assert (report.files[0].state, report.embedded) == ("changed", 1)


def test_csv_with_quotes(tmp_path, tiny_pipeline):
    (tmp_path / "a.csv").write_text('\ufeffone,two\n"turn, on\nthe light",x\nplay,"y ""z"""\n')
    build_index(tmp_path / "a.csv", tmp_path / "a.index", tiny_pipeline)
    passages = Knowledge.load(tmp_path / "a.index").index.contents.passages
    assert [(p.text, p.translation, p.first_line, p.last_line) for p in passages] == [
        ("turn, on\nthe light", "x", 2, 3),
        ("play", 'y "z"', 4, 4),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.tsv", b"one\ttwo\na\n", "line 2 has 1 fields, expected a phrase and its translation"),
        ("a.tsv", b"one\ttwo\n\na\tb\tc\n", "line 3 has 3 fields"),
        ("a.tsv", b"one\ttwo\na\t \n", "line 2 has 1 fields"),
        ("a.tsv", b"one\ttwo\n", "found 1 rows, expected a header that names two languages"),
        ("a.tsv", b"", "found 0 rows"),
        ("a.tsv", b"one\ttwo\na\t\xff\n", "is not UTF-8 (byte 0xff in line 2 at column 3)"),
        ("a.csv", b'one,two\n"a,b\n', "line 2: "),
        ("a.csv", b"one,two\n\0,b\n", "is binary or UTF-16"),
        ("a.tsv", b"one\ttwo\n" + b"light " * 60 + b"\tb\n", "line 2 has more than 32 tokens"),
    ],
)
def test_wrong_lists_are_one_line(tmp_path, tiny_pipeline, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EdgebertError, match=re.escape(message)) as raised:
        build_index(tmp_path / name, tmp_path / "a.index", tiny_pipeline)
    assert "\n" not in str(raised.value)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_phrases_are_not_cut(tmp_path, tiny_pipeline):
    (tmp_path / "a.tsv").write_text("one\ttwo\nlight\tLicht\n")
    with pytest.raises(EdgebertError, match="phrases are not cut"):
        build_index(tmp_path / "a.tsv", tmp_path / "a.index", tiny_pipeline, overlap=3)


def test_notes_are_no_phrasebook(notes, tmp_path, tiny_pipeline):
    build_index(notes, tmp_path / "notes.index", tiny_pipeline)
    with pytest.raises(EdgebertError, match="is of passages, expected one of phrases"):
        Knowledge.load(tmp_path / "notes.index", kind="phrases")


def test_in_a_chat_nothing_of_a_list_is_printed_raw(edgebert, tmp_path, tmp_path_factory, tiny):
    from task_bundles import tiny_bundle

    (tmp_path / "a.tsv").write_text("English\tGer\x1b[2Jman\nlight\tLi\x1b[31mcht\u202e\x07\n")
    build_index(tmp_path / "a.tsv", tmp_path / "a.index", tiny.root)
    toml = tmp_path / "my.toml"
    toml.write_text('out_of_scope = ["light"]\n[intents]\n')
    bundle = tiny_bundle("intent-and-slots", tmp_path_factory).root
    options = ("--assistant", toml, "--store", tmp_path / "s", "--phrasebook", tmp_path / "a.index")
    said = "translate light to ger 2jman\ntranslate light\n"
    status, out, err = edgebert("chat", bundle, *options, stdin=said)
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "In Ger[2Jman: Li[31mcht",
        "I have phrases in Ger[2Jman: say it with the language at the end.",
    ]
    _, out, _ = edgebert("search", tmp_path / "a.index", "light")
    assert r"light: Li\x1b[31mcht\u202e\x07" in out
    assert "\x1b" not in out
