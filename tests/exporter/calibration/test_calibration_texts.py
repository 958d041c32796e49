"""Calibration texts: what every file format gives, and one clear line for every bad file."""

import csv
import io
import os
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import TextSample, draw_texts, read_texts, text_digest

# Not blank, and without the characters that end a line of a text file.
LINES = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), min_size=1).filter(
    lambda text: text.strip(" \t\r\n\v\f") and not text.startswith("\ufeff")
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(
    lambda text: text.strip(" \t\r\n\v\f") and not text.startswith("\ufeff")
)


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("texts")


@given(lines=st.lists(LINES, min_size=1), end=st.sampled_from(["\n", "\r\n"]), mark=st.booleans())
def test_a_text_file_gives_back_its_lines(
    folder: Path, lines: list[str], end: str, mark: bool
) -> None:
    content = ("\ufeff" if mark else "") + end.join(lines)
    assert list(read_texts(write(folder, "a.txt", content))) == [TextSample(line) for line in lines]


@given(pairs=st.lists(st.tuples(TEXTS, st.text(st.characters(codec="utf-8"))), min_size=1))
def test_jsonl_gives_back_its_pairs(folder: Path, pairs: list[tuple[str, str]]) -> None:
    lines = [msgspec.json.encode({"question": a, "context": b, "id": 1}) for a, b in pairs]
    path = write(folder, "a.jsonl", b"\n".join(lines))
    assert list(read_texts(path)) == [TextSample(a, b) for a, b in pairs]


@given(pairs=st.lists(st.tuples(TEXTS, TEXTS), min_size=1))
def test_csv_gives_back_its_pairs(folder: Path, pairs: list[tuple[str, str]]) -> None:
    # A file's CRLF is read as LF, inside quotes too, so only LF is compared.
    pairs = [(a.replace("\r", " "), b.replace("\r", " ")) for a, b in pairs]
    pairs = [(a, b) for a, b in pairs if a.strip() and b.strip()] or [("a", "b")]
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(("premise", "label", "hypothesis"))
    writer.writerows((a, 0, b) for a, b in pairs)
    path = write(folder, "a.csv", buffer.getvalue())
    assert list(read_texts(path)) == [TextSample(a, b) for a, b in pairs]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["text"], TextSample("text!")),
        (["label", "text"], TextSample("text!")),
        (["question", "context"], TextSample("question!", "context!")),
        (["premise", "hypothesis"], TextSample("premise!", "hypothesis!")),
        (["text", "text_pair"], TextSample("text!", "text_pair!")),
        (["sentence1", "sentence2"], TextSample("sentence1!", "sentence2!")),
        (["text", "question"], TextSample("text!")),
    ],
)
@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_default_fields(
    tmp_path: Path, suffix: str, fields: list[str], expected: TextSample
) -> None:
    rows = {
        "csv": f"{','.join(fields)}\n{','.join(f'{name}!' for name in fields)}\n",
        "jsonl": msgspec.json.encode({name: f"{name}!" for name in fields}).decode(),
    }
    assert list(read_texts(write(tmp_path, f"a.{suffix}", rows[suffix]))) == [expected]


def test_named_fields(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "text,utterance,reply\n1,2,3\n4,5,6\n")
    assert list(read_texts(path, field="utterance")) == [TextSample("2"), TextSample("5")]
    assert list(read_texts(path, field="utterance", pair_field="reply")) == [
        TextSample("2", "3"),
        TextSample("5", "6"),
    ]


def test_blank_texts_are_skipped_and_invisible_ones_kept(tmp_path: Path) -> None:
    path = write(tmp_path, "a.TXT", "\n \t\r\n\u200b\u200d\n\u0001\n\u00a0\n  one  \n\n")
    kept = ["\u200b\u200d", "\u0001", "\u00a0", "  one  "]
    assert [sample.text for sample in list(read_texts(path))] == kept
    path = write(tmp_path, "a.jsonl", '{"text": ""}\n\n{"text": "\\u0000"}\n{"text": "a"}\n')
    assert [sample.text for sample in list(read_texts(path))] == ["\0", "a"]


def test_a_pair_with_one_text_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "question,context\n,there\nhere,\n , \n")
    assert list(read_texts(path)) == [TextSample("", "there"), TextSample("here", "")]


def test_texts_come_one_by_one(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", b"one\n\ntwo\nthree\n\0\n")
    texts = read_texts(path)
    assert [next(texts).text for _ in range(3)] == ["one", "two", "three"]
    with pytest.raises(EdgebertError, match="line 5 holds a NUL byte"):
        next(texts)


@given(names=st.lists(st.integers(0, 40)), count=st.integers(1, 20), seed=st.randoms())
def test_a_draw_is_of_distinct_texts_whatever_their_order(names, count, seed) -> None:
    samples = [TextSample(f"text {name}") for name in names]
    drawn = draw_texts(iter(samples), count)
    assert len(drawn) == len(set(drawn)) == min(count, len(set(names)))
    assert set(drawn) <= set(samples)
    shuffled = list(samples)
    seed.shuffle(shuffled)
    assert draw_texts(shuffled, count) == drawn
    # A larger draw begins with the smaller one.
    assert draw_texts(samples, count + 5)[:count] == drawn


def test_a_draw_is_from_the_whole_stream() -> None:
    drawn = draw_texts((TextSample(f"text {n}") for n in range(10_000)), 1000)
    quarters = Counter(int(sample.text.split()[1]) // 2500 for sample in drawn)
    # Five standard deviations of a binomial with n = 1000 and p = 1/4 are 68.
    assert all(abs(quarters[quarter] - 250) < 70 for quarter in range(4))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", "", "holds no text"),
        ("a.txt", "\ufeff", "holds no text"),
        ("a.txt", "\n \r\n\t", "holds no text"),
        ("a.csv", "", "holds no text"),
        ("a.csv", "text\n", "holds no text"),
        ("a.jsonl", "\n\n", "holds no text"),
        ("a.txt", b"one\n\x7fELF\x00\x01\n", "line 2 holds a NUL byte"),
        ("a.txt", "one\n".encode("utf-16"), "line 1 holds a NUL byte, .* UTF-16"),
        ("a.txt", b"one\ncaf\xe9\n", r"line 2 is not UTF-8 \(byte 0xe9 at column 4\)"),
        ("a.txt", b"one\n" + b"x" * 1_000_000, "line 2 has 1,000,000 bytes or more"),
        ("a.csv", b"text\n" + b"x" * 1_000_000, "line 2 has 1,000,000 bytes or more"),
        ("a.md", "one\n", "unknown suffix '.md', expected .txt"),
        ("a", "one\n", "unknown suffix ''"),
        ("a.jsonl", '{"text": "a"}\n{"text": \n', "line 2 is not JSON"),
        ("a.jsonl", '{"text": "\\ud800"}', "line 1 is not JSON"),
        ("a.jsonl", '{"text": NaN}', "line 1 is not JSON"),
        ("a.jsonl", "[" * 500_000, "line 1 is not JSON"),
        ("a.jsonl", '"text"', "line 1 holds a JSON string, expected an object"),
        ("a.jsonl", "[1]", "line 1 holds a JSON array, expected an object"),
        ("a.jsonl", "null", "line 1 holds a JSON null, expected an object"),
        ("a.jsonl", "true", "line 1 holds a JSON boolean, expected an object"),
        ("a.jsonl", "1", "line 1 holds a JSON number, expected an object"),
        ("a.jsonl", '{"text": "a"}\n{"txt": "b"}', "line 2 has no field 'text', found 'txt'"),
        ("a.jsonl", "{}", "line 1 has the fields none, expected one of question"),
        ("a.jsonl", '{"text": 5}', "line 1: field 'text' is int, expected a string"),
        ("a.jsonl", '{"text": null}', "line 1: field 'text' is null, expected a string"),
        ("a.csv", "id,body\n1,a\n", "line 2 has the fields 'id', 'body', expected one of"),
        ("a.csv", "text,id\na,1\nb\n", "row on line 3 has 1 fields, the header has 2"),
        ("a.csv", "text,id\na,1\nb,2,3\n", "row on line 3 has 3 fields, the header has 2"),
        ("a.csv", 'text\na\n"b\nc\n', "row that begins on line 3 is not CSV"),
        ("a.csv", 'text\n"a"b\n', "row that begins on line 2 is not CSV"),
        ("a.csv", "text\n" + "x" * 200_000, "row that begins on line 2 is not CSV"),
        ("a.csv", "text,id,text\na,1,b\n", "header names the field 'text' twice"),
    ],
)
def test_a_bad_file_is_one_clear_line(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    path = write(tmp_path, name, content)
    with pytest.raises(EdgebertError, match=message) as caught:
        list(read_texts(path))
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_line_below_the_limit_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "x" * 999_999 + "\n" + "y" * 999_999)
    assert [len(sample.text) for sample in list(read_texts(path))] == [999_999, 999_999]


def test_many_fields_are_not_all_listed(tmp_path: Path) -> None:
    names = [f"field{i}" for i in range(50)]
    path = write(tmp_path, "a.csv", f"{','.join(names)}\n{','.join(names)}\n")
    with pytest.raises(EdgebertError, match="'field7', and 42 more, expected"):
        list(read_texts(path))


@pytest.mark.parametrize("name", ["none.txt", "none.csv", "none.jsonl", "no/folder.txt"])
def test_a_missing_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(EdgebertError, match=r"none|folder.*: no such file"):
        list(read_texts(tmp_path / name))


@pytest.mark.parametrize("name", ["folder", "folder.txt", "folder.csv"])
def test_a_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(EdgebertError, match="is a folder, expected a"):
        list(read_texts(tmp_path / name))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "one\n")
    path.chmod(0)
    with pytest.raises(EdgebertError, match="cannot be read"):
        list(read_texts(path))


def test_a_path_through_a_file(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "one\n")
    with pytest.raises(EdgebertError, match="cannot be read"):
        list(read_texts(tmp_path / "a.txt" / "b.txt"))


def test_wrong_arguments(tmp_path: Path) -> None:
    text, table = write(tmp_path, "a.txt", "one\n"), write(tmp_path, "a.csv", "text\none\n")
    with pytest.raises(EdgebertError, match=r"a \.txt file has no fields, found field 'body'"):
        list(read_texts(text, field="body"))
    with pytest.raises(EdgebertError, match="found pair field 'b' alone"):
        list(read_texts(table, pair_field="b"))
    with pytest.raises(EdgebertError, match="has no field 'body', found 'text'"):
        list(read_texts(table, field="body"))


def test_the_digest_is_of_the_texts_not_of_the_file(tmp_path: Path) -> None:
    samples = [
        list(read_texts(write(tmp_path, "a.txt", "one\r\n\r\ntwo"))),
        list(read_texts(write(tmp_path, "a.csv", "id,text\n1,one\n2,two\n"))),
        list(read_texts(write(tmp_path, "a.jsonl", '{"text": "one"}\n{"text": "\\u0074wo"}\n'))),
    ]
    assert len({text_digest(texts) for texts in samples}) == 1
    # The sha256 of '["one"]\n["two"]\n', so that others can compute it.
    assert text_digest(samples[0]) == (
        "bcdd3cb18b58c43a8033965dbd2da0d9d824b204373f0dcf4f8fc450bb30ae0c"
    )


SAMPLES = st.lists(st.builds(TextSample, st.text(max_size=3), st.none() | st.text(max_size=3)))


@given(first=SAMPLES, second=SAMPLES)
def test_different_texts_have_different_digests(
    first: list[TextSample], second: list[TextSample]
) -> None:
    assert (text_digest(first) == text_digest(second)) == (first == second)
