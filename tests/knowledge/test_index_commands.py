"""`edgebert index` and `edgebert search`: for people, for programs, and with wrong input."""

import json
import subprocess
import sys

import pytest

from edgebert.knowledge import Knowledge


@pytest.fixture
def made(edgebert, notes, tmp_path, minilm_root):
    output = tmp_path / "notes.index"
    status, out, _ = edgebert("index", notes, "--embedder", minilm_root, "-o", output)
    assert status == 0
    assert "3 passages of 2 files, 3 embedded now" in out
    assert "house.txt" in out
    return output


def test_people_see_similarity_and_place(edgebert, made):
    status, out, err = edgebert("search", made, "where is the fuse box?", "--top-k", 1)
    assert (status, err) == (0, "")
    assert out.startswith("where is the fuse box?\n")
    hit = Knowledge.load(made).search("where is the fuse box?")[0]
    row = out.splitlines()[3]
    assert row.split()[0] == f"{hit.similarity:.3f}"
    assert "house.txt, lines 1 to 3" in row
    assert "The fuse box is in the hall" in row


def test_json_has_the_passages(edgebert, made):
    asked = "where is the fuse box?\nhow do I bake bread\n"
    status, out, _ = edgebert("search", made, "--json", stdin=asked)
    assert status == 0
    results = json.loads(out)["results"]
    assert [result["question"] for result in results] == asked.splitlines()
    assert results[1]["hits"][0]["file"] == "rooms/kitchen.md"
    assert results[1]["hits"][0]["headings"] == ["Kitchen"]
    assert results[1]["hits"][0]["first_line"] == 10


def test_json_says_what_was_indexed_and_what_was_not(edgebert, made, notes, minilm_root):
    (notes / "latin.txt").write_bytes(b"gr\xfcn")
    (notes / "house.txt").unlink()
    arguments = ("index", notes, "--embedder", minilm_root, "-o", made)
    document = json.loads(edgebert(*arguments, "--json")[1])
    assert document["files"] == [{"path": "rooms/kitchen.md", "state": "as before", "passages": 2}]
    assert document["gone"] == ["house.txt"]
    assert document["skipped"][0]["path"] == "latin.txt"
    out = edgebert(*arguments)[1]
    assert "skipped: latin.txt is not UTF-8 (byte 0xfc in line 1 at column 3)" in out
    assert "2 passages of 1 file, 0 embedded now" in out


def test_no_escape_of_a_text_reaches_the_terminal(edgebert, notes, tmp_path, tiny):
    (notes / "evil\x1b[2J.md").write_text("turn on\x1b[31m the \u202elight\x07")
    (notes / "bad\x1b[2J.md").write_bytes(b"\xff")
    output = tmp_path / "i"
    _, out, _ = edgebert("index", notes, "--embedder", tiny.root, "-o", output)
    assert r"bad\x1b[2J.md is not UTF-8" in out
    _, found, _ = edgebert("search", output, "turn on the light", "--top-k", 9)
    assert r"evil\x1b[2J.md" in found
    assert r"turn on\x1b[31m the \u202elight\x07" in found
    assert not {"\x1b", "\u202e", "\x07"} & set(out + found)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["index", "{notes}", "-o", "{tmp}/i"], "Missing option '--embedder'"),
        (["index", "{tmp}/no", "--embedder", "{tiny}", "-o", "{tmp}/i"], "no such folder"),
        (["index", "{notes}", "--embedder", "{tmp}", "-o", "{tmp}/i"], "has no manifest.json"),
        (["index", "{notes}", "--embedder", "{tiny}", "-o", "{tmp}"], "is a folder"),
        (["search", "{tmp}/no", "x"], "no such file; make one with edgebert index"),
        (["search", "{notes}/house.txt", "x"], "is something else"),
        (["search", "{tmp}/no", "x", "--top-k", "0"], "--top-k"),
    ],
)
def test_wrong_input_is_one_line(edgebert, notes, tmp_path, tiny, arguments, message):
    filled = [part.format(notes=notes, tmp=tmp_path, tiny=tiny.root) for part in arguments]
    status, out, err = edgebert(*filled)
    assert (status, out) == (2, "")
    assert err.startswith("error: ")
    assert message in err
    assert err.count("\n") == 1


def test_a_search_needs_numpy_and_one_engine(notes, tmp_path, tiny, tiny_pipeline):
    from edgebert.knowledge import build_index

    build_index(notes, tmp_path / "notes.index", tiny_pipeline)
    code = (
        "import sys\n"
        "from edgebert.knowledge import Knowledge\n"
        "assert Knowledge.load(sys.argv[1]).search('turn on the light')\n"
        "heavy = {'torch', 'transformers', 'scipy', 'typer', 'rich', 'dateparser', 'onnx'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "notes.index")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
