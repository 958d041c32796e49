"""Texts are cut into passages: nothing is lost, lines are right, and all fit the model."""

import importlib.resources
import itertools
import re

import pytest
from fixtures_checkpoints import VOCABULARY
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edgebert import EdgebertError
from edgebert.knowledge import Cutting, cut_passages
from edgebert.knowledge.contents import Passage
from edgebert.text import TokenizerConfig, WordPieceTokenizer

TOKENIZER = WordPieceTokenizer(VOCABULARY, TokenizerConfig())
LINES = st.sampled_from(
    [
        "",
        "",
        "turn on the light.",
        "What is the weather? It is on!  Play it.",
        "# light",
        "## the weather in the light",
        "###### on ##",
        "===",
        "---",
        "```",
        "~~~~ python",
        "- one",
        "2. two",
        "| a | b |",
        "   indented",
        "\t",
        "#no heading",
        "\u3002\u5929\u6c14\u3002\u5f88\u597d",
        "x" * 300,
        "the " * 40,
        "\u200b\u200b",
        "e\u0301 \u00e4\u00df \U0001f600",
    ]
)
TEXTS = st.one_of(st.lists(LINES, max_size=30).map("\n".join), st.text(max_size=400))
CUTTINGS = st.integers(16, 60).flatmap(
    lambda tokens: st.builds(Cutting, st.just(tokens), st.integers(0, tokens // 2))
)


def cut(text, tokens=32, overlap=0, *, markdown=True):
    pieces = cut_passages(text, TOKENIZER, Cutting(tokens, overlap), markdown=markdown)
    return [text[piece.start : piece.stop] for piece in pieces], pieces


def token_places(text):
    return [
        place for place in TOKENIZER.encode(text, max_length=1 << 20).offsets[1:-1] if any(place)
    ]


@given(TEXTS, CUTTINGS, st.booleans())
@example("# a\n\n" + "\n" * 5000 + "b", Cutting(16, 8), True)
@example("---\ntitle: x\n---\n# y\nz", Cutting(16, 0), True)
@settings(max_examples=300, deadline=None)
def test_nothing_is_lost_and_every_line_is_right(text, cutting, markdown):
    text = text.replace("\r", "\n")
    pieces = cut_passages(text, TOKENIZER, cutting, markdown=markdown)
    for start, stop in token_places(text):
        assert any(
            piece.start <= start < piece.stop or start <= piece.start < stop for piece in pieces
        )
    lines = text.split("\n")
    for piece in pieces:
        passage = text[piece.start : piece.stop]
        assert passage == passage.strip()
        assert piece.first_line == text.count("\n", 0, piece.start) + 1
        assert passage in "\n".join(lines[piece.first_line - 1 : piece.last_line])
        assert passage.count("\n") == piece.last_line - piece.first_line
    starts = [piece.start for piece in pieces]
    stops = [piece.stop for piece in pieces]
    assert starts == sorted(set(starts))
    assert stops == sorted(set(stops))


WORDS = st.lists(
    st.sampled_from(
        [
            *["turn", "on", "the", "weather", "is", "in", "play", "light.", "a?", "b"] * 3,
            "\n\n",
            "\n# light\n",
            "\n## on\n",
        ]
    ),
    min_size=60,
    max_size=200,
)


@given(WORDS.map(" ".join), CUTTINGS, st.booleans())
@settings(max_examples=100, deadline=None)
def test_what_is_made_of_words_fits_the_model(text, cutting, markdown):
    for piece in cut_passages(text, TOKENIZER, cutting, markdown=markdown):
        passage = Passage(
            text[piece.start : piece.stop], piece.first_line, piece.last_line, piece.headings
        )
        assert len(TOKENIZER.encode(passage.embedded, max_length=1 << 20)) <= cutting.tokens


def test_headings_divide_and_stand_above():
    text = "# Kitchen\n\n## Coffee\nturn it on.\n\n## Oven\nthe light."
    texts, pieces = cut(text)
    assert texts == ["# Kitchen\n\n## Coffee\nturn it on.", "## Oven\nthe light."]
    assert [piece.headings for piece in pieces] == [(), ("Kitchen",)]
    assert [(piece.first_line, piece.last_line) for piece in pieces] == [(1, 4), (6, 7)]


def test_in_plain_text_there_are_no_headings():
    texts, pieces = cut("# a\nb\n\n# c\nd", markdown=False)
    assert texts == ["# a\nb\n\n# c\nd"]
    assert pieces[0].headings == ()


def test_what_goes_on_has_its_own_heading_above():
    paragraph = "turn on the light in the weather. " * 3
    _, pieces = cut(f"# On\n\n{paragraph}\n\n{paragraph}")
    assert [piece.headings for piece in pieces] == [(), ("On",)]


def test_paragraphs_stay_whole_and_sentences_where_they_cannot():
    short = "turn on the light."
    long = "what is the weather in the light? " * 6
    texts, _ = cut(f"{short}\n\n{short}\n\n{long}".strip())
    assert texts[0].startswith(f"{short}\n\n{short}")
    assert all(text.endswith(("?", ".")) for text in texts)


def test_neighbours_share_whole_sentences():
    sentences = [f"turn on the light {letter}." for letter in "abcdefghij"]
    texts, _ = cut(" ".join(sentences), tokens=32, overlap=8)
    assert len(texts) > 1
    for before, after in itertools.pairwise(texts):
        shared = after.split(". ")[0] + "."
        assert before.endswith(shared)
    without, _ = cut(" ".join(sentences), tokens=32, overlap=0)
    assert " ".join(without) == " ".join(sentences)


@pytest.mark.parametrize(
    "text",
    [
        "```\n# no heading\n```",
        "~~~\n# no heading\n```\n# nor this\n~~~",
        "```\n# never closed",
        "---\n# front matter: x\n---",
        "- a list\n---",
        "#hashtag",
        "\t# code",
    ],
)
def test_what_looks_like_a_heading_and_is_none(text):
    _, pieces = cut(f"{text}\n\n# real\n\nlight" if "never" not in text else text)
    assert all("no heading" not in title for piece in pieces for title in piece.headings)
    assert pieces[0].headings == ()


@pytest.mark.parametrize(
    "line", ["Light\n===", "Light\n---", "# Light #", "   ## Light", "#\tLight"]
)
def test_headings_of_every_form(line):
    _, pieces = cut(f"{line}\n\n{'turn on the light. ' * 9}")
    assert pieces[-1].headings == ("Light",)


def test_a_word_without_end_is_cut():
    texts, _ = cut("x" * 10_000, tokens=32)
    assert "".join(texts) == "x" * 10_000
    assert max(map(len, texts)) <= 32 * 16


def test_a_real_text_of_sentences_is_covered():
    source = importlib.resources.files("edgebert.exporter") / "texts" / "everyday.txt"
    text = source.read_text(encoding="utf-8")
    texts, pieces = cut(text, tokens=60, overlap=15, markdown=False)
    assert len(texts) > 100
    covered = set()
    for piece in pieces:
        covered.update(range(piece.start, piece.stop))
    lost = {text[place] for place in range(len(text)) if place not in covered}
    assert all(re.fullmatch(r"\s", character) for character in lost)


@pytest.mark.parametrize(("tokens", "overlap"), [(15, 0), (0, 0), (-1, 0), (32, 17), (32, -1)])
def test_lengths_that_cannot_be(tokens, overlap):
    with pytest.raises(EdgebertError, match="found"):
        Cutting(tokens, overlap)
