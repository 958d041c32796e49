"""What a folder may hold: what is no text is left out with a line, and no link is followed."""

import os

import pytest

from edgebert import EdgebertError
from edgebert.knowledge.sources import LONGEST_FILE, Skipped, Source, read_sources


def read(folder):
    found = list(read_sources(folder))
    texts = {item.path: item.text for item in found if isinstance(item, Source)}
    return texts, {item.path: item.why for item in found if isinstance(item, Skipped)}


def test_text_and_markdown_in_the_order_of_names(notes):
    (notes / "b.MD").write_text("x")
    (notes / "a.text").write_text("x")
    (notes / "picture.png").write_bytes(b"\0")
    (notes / ".hidden.md").write_text("x")
    (notes / ".git").mkdir()
    (notes / ".git" / "notes.md").write_text("x")
    texts, skipped = read(notes)
    assert list(texts) == ["a.text", "b.MD", "house.txt", "rooms/kitchen.md"]
    assert not skipped


def test_line_ends_and_byte_order_marks(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    texts, _ = read(tmp_path)
    assert texts == {"a.txt": "one\ntwo\nthree\n"}


def test_what_is_no_text_is_named(tmp_path):
    (tmp_path / "binary.txt").write_bytes(b"abc\0def")
    (tmp_path / "latin.txt").write_bytes(b"one\ngr\xfcn\n")
    (tmp_path / "long.txt").write_bytes(b"a" * (LONGEST_FILE + 1))
    (tmp_path / "not-quite-long.txt").write_bytes(b"a" * LONGEST_FILE)
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "evil\x1b[2J\n.txt").write_bytes(b"\xff")
    texts, skipped = read(tmp_path)
    assert list(texts) == ["not-quite-long.txt"]
    assert skipped == {
        "binary.txt": "is binary or UTF-16 (a NUL byte at 3)",
        "evil\x1b[2J\n.txt": "is not UTF-8 (byte 0xff in line 1 at column 1); save it as UTF-8",
        "latin.txt": "is not UTF-8 (byte 0xfc in line 2 at column 3); save it as UTF-8",
        "long.txt": "is longer than 5 MB; split it",
        "pipe.txt": "is not a plain file",
    }


def test_a_name_that_is_not_utf8(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.txt")).write_text("x")
    texts, skipped = read(tmp_path)
    assert not texts
    assert skipped == {"\\xff.txt": "has a name that is not UTF-8; rename it"}


def test_links_are_not_followed(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "here.md").write_text("here")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "more.md").write_text("more")
    (folder / "inside.md").symlink_to("here.md")
    (folder / "out.md").symlink_to("../secret.txt")
    (folder / "outfolder").symlink_to("../others")
    (folder / "nothing.md").symlink_to("nowhere")
    (folder / "circle.md").symlink_to("circle.md")
    (folder / "up").symlink_to(".")
    texts, skipped = read(folder)
    assert texts == {"here.md": "here"}
    out = "is a link out of the folder, which is not followed"
    assert skipped == {
        "circle.md": "is a link to nothing",
        "nothing.md": "is a link to nothing",
        "out.md": out,
        "outfolder": out,
    }


def test_a_folder_that_is_itself_a_link(tmp_path, notes):
    (tmp_path / "link").symlink_to(notes)
    texts, skipped = read(tmp_path / "link")
    assert list(texts) == ["house.txt", "rooms/kitchen.md"]
    assert not skipped


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(notes):
    (notes / "house.txt").chmod(0)
    (notes / "rooms").chmod(0)
    _, skipped = read(notes)
    (notes / "rooms").chmod(0o700)
    assert skipped == {
        "house.txt": "cannot be read (Permission denied)",
        "rooms": "cannot be listed (Permission denied)",
    }


def test_no_folder(tmp_path, notes):
    for path, message in ((tmp_path / "no", "no such folder"), (notes / "house.txt", "is not a")):
        with pytest.raises(EdgebertError, match=message):
            read(path)
