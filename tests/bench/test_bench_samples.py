"""The texts of the buckets: they fill their bucket, and the task runs them in it."""

import msgspec
import pytest

from edgebert.bench.samples import make_samples, request_of
from edgebert.bundle import Bundle, open_bundle
from edgebert.engines.inputs import choose_bucket
from edgebert.errors import EdgebertError
from edgebert.tasks import TASKS, task_for

BUCKETS = (24, 40, 128)


@pytest.fixture
def bundle_of(tiny):
    """Give the tiny bundle another task and other buckets."""
    bundle = open_bundle(tiny)

    def make(task: str, buckets: tuple[int, ...] = BUCKETS) -> Bundle:
        change = {"task": task, "buckets": buckets, "labels": ("no", "yes")}
        return Bundle(bundle.root, msgspec.structs.replace(bundle.manifest, **change))

    return make


@pytest.mark.parametrize("task", TASKS)
def test_a_sample_runs_in_its_bucket_and_fills_it(bundle_of, task):
    bundle = bundle_of(task)
    samples = make_samples(bundle, BUCKETS)
    assert [sample.bucket for sample in samples] == list(BUCKETS)
    for sample in samples:
        encoded = task_for(bundle.manifest, bundle.tokenizer).encode(request_of(sample))
        lengths = tuple(len(encoding) for encoding in encoded.encodings)
        assert lengths == sample.tokens
        assert {choose_bucket(BUCKETS, length) for length in lengths} == {sample.bucket}
        assert not encoded.truncated
        # One more word has at most a few tokens.
        assert sample.bucket - 8 < max(lengths) <= sample.bucket


def test_samples_are_the_same_every_time(bundle_of):
    bundle = bundle_of("feature-extraction")
    assert make_samples(bundle, BUCKETS) == make_samples(bundle, BUCKETS)


def test_a_bucket_that_there_is_not(bundle_of):
    with pytest.raises(EdgebertError, match="no bucket of 17 tokens, found 24, 40, 128"):
        make_samples(bundle_of("feature-extraction"), (17,))


def test_a_bucket_too_short_for_the_task(bundle_of):
    with pytest.raises(EdgebertError, match="question-answering runs in the bucket of 4 tokens"):
        make_samples(bundle_of("question-answering", (4, 64)), (4,))
