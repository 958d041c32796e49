"""`edgebert run` prints the answers that a pipeline gives, for people and for programs."""

import numpy as np
import pytest

import edgebert as package

TEXTS = ("turn on the light", "[bold]play[/bold] it", "Zürich \x1b[31m\u202e", "a " * 60)


def test_json_has_what_ran_and_the_whole_embeddings(edgebert, embeddings):
    done = edgebert(
        "run", embeddings.root, *TEXTS, "--json", "--threads", 1, "--engine", "onnxruntime"
    )
    assert (done.status, done.err) == (0, "")
    pipeline = package.load(embeddings.root, threads=1)
    assert done.json["task"] == "feature-extraction"
    assert done.json["runtime"] == {
        "engine": "onnxruntime",
        "version": pipeline.runtime.version,
        "backend": "onnx",
        "mode": "dynamic",
        "threads": 1,
    }
    for text, result in zip(TEXTS, done.json["results"], strict=True):
        assert result["request"]["text"] == text
        np.testing.assert_array_equal(result["answer"]["embedding"], pipeline(text).embedding)
    assert [result["buckets"] for result in done.json["results"]] == [[16], [32], [16], [32]]
    assert [result["answer"]["truncated"] for result in done.json["results"]] == [False] * 3 + [
        True
    ]


def test_people_see_what_ran_and_the_similarities(edgebert, embeddings):
    done = edgebert("run", embeddings.root, *TEXTS, "--mode", "fp32")
    assert (done.status, done.err) == (0, "")
    pipeline = package.load(embeddings.root, mode="fp32")
    assert done.out.splitlines()[0] == (
        "tiny-model, feature-extraction: "
        f"engine onnxruntime {pipeline.runtime.version}, backend onnx, mode fp32"
    )
    one, other = (pipeline(text).embedding for text in TEXTS[:2])
    cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    rows = [line.split() for line in done.out[done.out.index("cosine") :].splitlines()]
    assert rows[2][:3] == ["1", "1.000", f"{cosine:.3f}"]
    assert rows[3][1] == f"{cosine:.3f}"
    assert "1 of 4 texts cut to 32 tokens" in done.out


def test_text_from_outside_is_printed_as_text(edgebert, embeddings, bundle_for):
    done = edgebert("run", embeddings.root, *TEXTS)
    assert "[bold]play[/bold] it" in done.out
    assert r"Zürich \x1b[31m\u202e" in done.out
    assert not {"\x1b", "\u202e"} & set(done.out)
    done = edgebert("run", bundle_for("text-classification"), "play")
    assert "[bold]maybe[/bold]" in done.out
    assert r"\x1b[31mred" in done.out


@pytest.mark.parametrize(
    ("task", "arguments", "expected"),
    [
        ("text-classification", ["play it", "--pair", "the light", "--top-k", "2"], 2),
        ("token-classification", ["the light in Zürich"], None),
        ("intent-and-slots", ["the light in Zürich", "--top-k", "2"], None),
        ("question-answering", ["what is on?", "--context", "the light is on"], 1),
        ("fill-mask", ["turn [MASK] the light", "--top-k", "3"], 3),
        ("multiple-choice", ["it is", "--choice", "on", "--choice", "the weather"], 2),
    ],
)
def test_every_task_has_a_table(edgebert, bundle_for, task, arguments, expected):
    root = bundle_for(task)
    answer = edgebert("run", root, *arguments, "--json").json["results"][0]["answer"]
    done = edgebert("run", root, *arguments)
    assert (done.status, done.err) == (0, "")
    assert f"tiny-model, {task}: engine onnxruntime" in done.out
    scores = list(all_scores(answer))
    assert scores
    assert expected in (None, len(scores))
    for score in scores:
        assert f"{score:.4f}" in done.out


def all_scores(value):
    if isinstance(value, dict):
        if "score" in value:
            yield value["score"]
        for item in value.values():
            yield from all_scores(item)
    elif isinstance(value, list):
        for item in value:
            yield from all_scores(item)


@pytest.mark.parametrize("dash", [[], ["-"]])
def test_texts_come_from_stdin(edgebert, embeddings, dash):
    lines = "\ufeffturn on\r\n\n  Zürich \nlast".encode()
    done = edgebert("run", embeddings.root, *dash, "--json", stdin=lines)
    texts = [result["request"]["text"] for result in done.json["results"]]
    assert texts == ["turn on", "", "  Zürich ", "last"]


def test_a_context_comes_from_stdin(edgebert, bundle_for):
    root = bundle_for("question-answering")
    context = "the light\nis on"
    piped = edgebert("run", root, "what is on?", "--context", "-", "--json", stdin=context)
    given = edgebert("run", root, "what is on?", "--context", context, "--json")
    assert piped.json == given.json


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        ([], b"", "standard input: found no line"),
        ([], b"fine\n\xff\xfe binary", "standard input: line 2 is not UTF-8"),
        (["--context", "-"], b"text", "standard input cannot be both"),
        (["x", "--pair", "a", "--context", "b"], None, "--pair and --context: found both"),
        (["x", "--pair", "a"], None, "feature-extraction: found a second text"),
        (["x", "--choice", "a"], None, "feature-extraction: found 1 choices"),
        (["x", "--top-k", "0"], None, "top_k: found 0"),
        (["x", "--threads", "0"], None, "threads: found 0"),
        (["x", "--threads", "many"], None, "'--threads'"),
        (["x", "--engine", "tensorrt"], None, "engine tensorrt: unknown"),
        (["x", "--engine", "litert"], None, "no artifact for litert"),
        (["x", "--mode", "int4"], None, "mode int4: unknown"),
        (["--no-such-option"], None, "--no-such-option"),
    ],
)
def test_wrong_input_ends_in_one_line(edgebert, embeddings, arguments, stdin, message):
    done = edgebert("run", embeddings.root, *arguments, stdin=stdin)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert message in done.err
    assert done.err.count("\n") == 1


def test_a_file_name_cannot_steer_the_terminal(edgebert, tmp_path):
    done = edgebert("run", tmp_path / "no\x1b[2J\nbundle", "x")
    assert done.status == 2
    assert r"no\x1b[2J\nbundle: no such folder" in done.err
    assert done.err.count("\n") == 1
