"""Every engine on a real artifact: answers, checks of the input, threads."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from tiny_artifacts import BUCKETS, INPUTS, OUTPUTS, random_inputs, reference

from edgebert.engines import ENGINES
from edgebert.errors import EdgebertError


@pytest.mark.parametrize("bucket", BUCKETS)
@pytest.mark.parametrize("tokens", [1, 5, 8])
def test_answers_as_the_reference(session, weights, bucket, tokens):
    inputs = random_inputs(tokens, bucket, tokens)
    outputs = session.run(inputs)
    assert list(outputs) == list(OUTPUTS)
    for name, expected in reference(weights, inputs).items():
        assert outputs[name].dtype == np.float32
        assert outputs[name].shape == expected.shape
        np.testing.assert_allclose(outputs[name], expected, atol=1e-5)


def test_later_runs_leave_earlier_outputs_alone(session):
    first = session.run(random_inputs(0, 8, 5))
    kept = {name: value.copy() for name, value in first.items()}
    session.run(random_inputs(1, 8, 8))
    for name, value in first.items():
        np.testing.assert_array_equal(value, kept[name])


def test_takes_arrays_that_are_not_contiguous_or_writeable(session):
    inputs = random_inputs(2, 8, 6)
    strange = {name: np.repeat(value, 2, axis=1)[:, ::2] for name, value in inputs.items()}
    for value in strange.values():
        value.flags.writeable = False
    expected, got = session.run(inputs), session.run(strange)
    for name in OUTPUTS:
        np.testing.assert_array_equal(got[name], expected[name])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"input_ids": np.ones((1, 8), np.int64)}, "input input_ids: found int64, expected int32"),
        ({"input_ids": np.ones((1, 7), np.int32)}, "found shape [1, 7], expected [1, bucket]"),
        ({"input_ids": np.ones((2, 8), np.int32)}, "found shape [2, 8]"),
        ({"input_ids": np.ones(8, np.int32)}, "found shape [8]"),
        ({"token_type_ids": np.ones((1, 16), np.int32)}, "found 16 tokens, expected 8"),
        ({"positions": np.ones((1, 8), np.int32)}, "inputs: found"),
    ],
)
def test_refuses_inputs_that_do_not_fit(session, change, message):
    with pytest.raises(EdgebertError) as caught:
        session.run(random_inputs(0, 8, 4) | change)
    assert message in str(caught.value)


def test_refuses_a_missing_input(session):
    inputs = random_inputs(0, 8, 4)
    del inputs["attention_mask"]
    with pytest.raises(EdgebertError, match="expected input_ids, attention_mask"):
        session.run(inputs)


def test_an_id_beyond_the_vocabulary_is_one_line(session, artifact):
    inputs = random_inputs(0, 8, 4)
    inputs["input_ids"][0, 0] = 9999
    with pytest.raises(EdgebertError) as caught:
        session.run(inputs)
    assert str(artifact) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("threads", [1, 2])
def test_runs_with_a_number_of_threads(open_artifact, artifact, weights, threads):
    inputs = random_inputs(3, 16, 9)
    outputs = open_artifact(artifact, threads=threads).run(inputs)
    np.testing.assert_allclose(outputs["logits"], reference(weights, inputs)["logits"], atol=1e-5)


def test_refuses_no_threads(open_artifact, artifact):
    with pytest.raises(EdgebertError, match="threads: found 0, expected 1 or more"):
        open_artifact(artifact, threads=0)


def test_calls_from_several_threads_do_not_mix(session, weights):
    jobs = [random_inputs(seed, BUCKETS[seed % 2], 1 + seed % 8) for seed in range(24)]
    expected = [reference(weights, inputs) for inputs in jobs]
    start = threading.Barrier(4)

    def work(part: int) -> list[float]:
        start.wait(timeout=30)
        return [
            float(np.abs(session.run(jobs[number])[name] - expected[number][name]).max())
            for _ in range(10)
            for number in range(part, len(jobs), 4)
            for name in OUTPUTS
        ]

    with ThreadPoolExecutor(4) as pool:
        differences = [value for part in pool.map(work, range(4)) for value in part]
    assert max(differences) < 1e-5


def test_sessions_of_different_thread_counts_take_turns(open_artifact, artifact, weights):
    sessions = [open_artifact(artifact, threads=threads) for threads in (1, 2, None)]
    for turn in range(3):
        for session in sessions:
            inputs = random_inputs(turn, BUCKETS[turn % 2], 5)
            logits = session.run(inputs)["logits"]
            np.testing.assert_allclose(logits, reference(weights, inputs)["logits"], atol=1e-5)


def test_a_process_prints_nothing_of_the_runtimes(artifacts):
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from edgebert.engines import ENGINES, ArtifactSpec\n"
        "from edgebert.engines.inputs import INPUT_NAMES, pad_inputs\n"
        "for engine, path in zip(ENGINES.values(), sys.argv[1:], strict=True):\n"
        "    spec = ArtifactSpec(Path(path), INPUT_NAMES, ('hidden', 'logits'), (8, 16))\n"
        "    session = engine.open(spec, threads=2)\n"
        "    for bucket in (8, 16):\n"
        "        session.run(pad_inputs([1, 2], [0, 0], bucket, 0))\n"
    )
    arguments = [str(artifacts[name]) for name in ENGINES]
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_inputs_are_needed_in_any_order(session):
    inputs = random_inputs(4, 8, 4)
    turned = {name: inputs[name] for name in reversed(INPUTS)}
    np.testing.assert_array_equal(session.run(turned)["logits"], session.run(inputs)["logits"])
