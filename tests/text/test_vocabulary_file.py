"""Reading vocab.txt."""

from pathlib import Path

import pytest

from edgebert.errors import EdgebertError
from edgebert.text import load_vocabulary


def write(folder: Path, content: bytes) -> Path:
    path = folder / "vocab.txt"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[PAD]\nthe\n##s\n", ["[PAD]", "the", "##s"]),
        (b"[PAD]\nthe", ["[PAD]", "the"]),
        (b"[PAD]\r\nthe\r\n", ["[PAD]", "the"]),
        (b"\xef\xbb\xbf[PAD]\nthe\n", ["[PAD]", "the"]),
        ("a\n\u2028\n\u0085\n\xa0\nb\n".encode(), ["a", "\u2028", "\u0085", "\xa0", "b"]),
        (b"a\n\nb\n", ["a", "", "b"]),
    ],
)
def test_a_token_a_line(tmp_path: Path, content: bytes, expected: list[str]) -> None:
    assert load_vocabulary(write(tmp_path, content)) == expected


def test_path_as_a_string(tmp_path: Path) -> None:
    assert load_vocabulary(str(write(tmp_path, b"a\nb\n"))) == ["a", "b"]


def test_real_vocabulary(bert_vocabulary: list[str]) -> None:
    assert len(bert_vocabulary) == 30522
    assert bert_vocabulary[100:104] == ["[UNK]", "[CLS]", "[SEP]", "[MASK]"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "found no token"),
        (b"a\nb\na\n", "'a' stands twice, with ids 0 and 2"),
        (b"a\n\n\n", "'' stands twice"),
        (b"a\n\xff\xfe\n", "byte 2 is not UTF-8"),
    ],
)
def test_wrong_files(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(EdgebertError, match=message) as caught:
        load_vocabulary(write(tmp_path, content))
    assert "vocab.txt" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(EdgebertError, match=r"none\.txt: cannot be read"):
        load_vocabulary(tmp_path / "none.txt")
    with pytest.raises(EdgebertError, match="cannot be read"):
        load_vocabulary(tmp_path)
