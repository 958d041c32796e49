"""`edgebert report`: what a real benchmark recorded, in every form, and what it refuses."""

import csv
import io
import subprocess
import sys

import msgspec
import pytest

from edgebert.bundle import open_bundle

QUICK = ("--buckets", "16", "--threads", "1", "--repeats", "1", "--iterations", "3")


@pytest.fixture(scope="session")
def measured(embeddings, tmp_path_factory):
    """Records of the embeddings bundle; not to be changed."""
    output = tmp_path_factory.mktemp("measured") / "results.jsonl"
    command = [sys.executable, "-m", "edgebert.cli", "benchmark", embeddings.root, "-o", output]
    subprocess.run([*command, *QUICK], check=True, capture_output=True)
    return output


def without_facts(measured, tmp_path):
    """The same records as an app writes them."""
    path = tmp_path / "app.jsonl"
    records = [msgspec.json.decode(line) for line in measured.read_bytes().splitlines()]
    for record in records:
        record.pop("facts", None)
    path.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in records))
    return path


def test_help_teaches(edgebert):
    done = edgebert("report", "--help")
    assert done.status == 0
    for part in ("edgebert report results.jsonl -o report.html", "--markdown", "--csv", "--bundle"):
        assert part in done.out


def test_the_records_table_without_options(edgebert, measured):
    before = measured.read_bytes()
    done = edgebert("report", measured)
    assert (done.status, done.err) == (0, "")
    rows = [line.split() for line in done.out.splitlines() if line.startswith("onnxruntime")]
    assert [row[:4] for row in rows] == [
        ["onnxruntime", "1", "16", "fp32"],
        ["onnxruntime", "1", "16", "dynamic"],
    ]
    for part in ("median ms", "95 % interval", "file MB", "The rule: ", "On local"):
        assert part in done.out
    assert measured.read_bytes() == before


def test_json_has_what_the_records_have(edgebert, embeddings, measured):
    found = edgebert("report", measured, "--json").json
    (section,) = found["sections"]
    raw = [msgspec.json.decode(line) for line in measured.read_bytes().splitlines()]
    fp32, dynamic = section["rows"]
    times = {r["variant"]["mode"]: r["model_ms"] for r in raw if r["kind"] == "latency"}
    assert fp32["result"]["model"]["median"] == sorted(times["fp32"])[1]
    assert dynamic["result"]["of_fp32"]["n"] == 3
    size = open_bundle(embeddings.root).manifest.files["model.dynamic.onnx"].size
    assert dynamic["facts"]["size"] == size
    assert section["origin"]["target"] == "local"


@pytest.mark.parametrize("name", ["report.html", "report.HTM", "report.md", "report.csv", "r.json"])
def test_the_suffix_says_what_is_written(edgebert, measured, tmp_path, name):
    output = tmp_path / name
    done = edgebert("report", measured, "-o", output)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("On local")
    assert done.out.endswith(f"Written: {output}\n")
    begins = {"h": "<!DOCTYPE html>", "m": "# Benchmark", "c": "section,target,", "j": "{"}
    suffix = output.suffix[1].lower()
    assert output.read_text("utf-8").startswith(begins[suffix])
    assert list(tmp_path.iterdir()) == [output]


def test_markdown_and_csv_go_to_standard_output(edgebert, measured):
    markdown = edgebert("report", measured, "--markdown")
    assert markdown.out.startswith("# Benchmark: which artifact to ship\n\n**On local")
    sheet = edgebert("report", measured, "--csv")
    rows = list(csv.DictReader(io.StringIO(sheet.out, newline="")))
    assert [row["mode"] for row in rows] == ["fp32", "dynamic"]


def test_a_form_that_is_named_goes_before_the_suffix(edgebert, measured, tmp_path):
    output = tmp_path / "figures.txt"
    assert edgebert("report", measured, "--csv", "-o", output).status == 0
    assert output.read_text().startswith("section,target,")


def test_a_bundle_adds_what_an_apps_records_lack(edgebert, embeddings, measured, tmp_path):
    records = without_facts(measured, tmp_path)
    assert "Accuracy: not known" in edgebert("report", records).out
    done = edgebert("report", records, "--bundle", embeddings.root, "--json")
    assert done.json["sections"] == edgebert("report", measured, "--json").json["sections"]


def test_another_bundle_is_refused(edgebert, bundle_for, measured):
    done = edgebert("report", measured, "--bundle", bundle_for("text-classification"))
    assert done.status == 2
    assert "give the bundle that was measured" in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "report.pdf"], "found suffix '.pdf', expected .html"),
        (["-o", "report"], "found suffix ''"),
        (["-o", "nowhere/report.html"], "its folder does not exist"),
        (["--csv", "--markdown"], "found --markdown and --csv, expected one"),
        (["--max-drop", "-1"], "--max-drop: found -1"),
        (["--max-drop", "nan"], "--max-drop: found nan"),
        (["nothing.jsonl"], "nothing.jsonl: cannot be read (No such file or directory)"),
    ],
)
def test_errors(edgebert, measured, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    done = edgebert("report", measured, *arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_records_are_never_written_over(edgebert, measured, tmp_path):
    records = tmp_path / "results.csv"
    records.write_bytes(measured.read_bytes())
    done = edgebert("report", records, "-o", records)
    assert done.status == 2
    assert "holds the records" in done.err
    assert records.read_bytes() == measured.read_bytes()


def test_a_foreign_line_is_named(edgebert, measured, tmp_path):
    path = tmp_path / "mixed.jsonl"
    path.write_bytes(measured.read_bytes() + b'{"hello": "world"}\n')
    done = edgebert("report", path, "-o", tmp_path / "report.html")
    assert done.status == 2
    assert f"{path}: line 5 is no record of a benchmark" in done.err
    assert done.err.count("\n") == 1
    assert not (tmp_path / "report.html").exists()
