"""The texts that buckets are measured with: each fills its bucket as far as whole words do."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import cycle, islice

from edgebert.bench.protocol import Sample
from edgebert.bundle import Bundle
from edgebert.bundle.manifest import FILL_MASK, MULTIPLE_CHOICE, QUESTION_ANSWERING
from edgebert.engines.inputs import choose_bucket
from edgebert.errors import EdgebertError
from edgebert.tasks import Request, Task, task_for

# Written for this purpose.
TEXT = (
    "In the morning the two of them walked down to the harbour, bought bread, coffee and three "
    "lemons, and asked a fisherman how long the crossing would take. He looked at the clouds for a "
    "while before he answered: four hours, if the wind stayed in the west; longer, much longer, if "
    "it turned. They thanked him, counted their money again and sat down on the wall to wait."
)
QUESTION = "How long does it take?"
CHOICES = ("Four hours.", "Nobody knows.")


def make_samples(bundle: Bundle, buckets: Sequence[int]) -> tuple[Sample, ...]:
    """Make a text for each bucket, such that the task runs it in that bucket.

    Raises:
        EdgebertError: the bundle has no such bucket, or it is too short for the task's shortest
            request.

    """
    task = task_for(bundle.manifest, bundle.tokenizer)
    return tuple(_make_sample(bundle, task, bucket) for bucket in buckets)


def request_of(sample: Sample) -> Request:
    """Return the request that a sample stands for."""
    return Request(sample.text, sample.pair, sample.choices)


def _make_sample(bundle: Bundle, task: Task, bucket: int) -> Sample:
    manifest = bundle.manifest
    if bucket not in manifest.buckets:
        buckets = ", ".join(map(str, manifest.buckets))
        raise EdgebertError(f"{bundle.root}: has no bucket of {bucket} tokens, found {buckets}")

    def tokens(words: int) -> tuple[int, ...]:
        encoded = task.encode(_request(manifest.task, words))
        return tuple(len(encoding) for encoding in encoded.encodings)

    def longest(words: int) -> int:
        # One token more than the model takes stands for a text that would be cut or split.
        encoded = task.encode(_request(manifest.task, words))
        whole = not encoded.truncated and len(encoded.encodings) == runs
        return max(tokens(words)) if whole else max(manifest.buckets) + 1

    runs = len(tokens(0))
    words = bisect_right(range(bucket + 1), bucket, key=longest) - 1
    if words < 0 or {choose_bucket(manifest.buckets, n) for n in tokens(words)} != {bucket}:
        raise EdgebertError(
            f"{bundle.root}: no request of {manifest.task} runs in the bucket of {bucket} tokens "
            "and no other; leave it out: --buckets"
        )
    request = _request(manifest.task, words)
    return Sample(bucket, request.text, request.pair, request.choices, tokens(words))


def _request(task: str, count: int) -> Request:
    text = " ".join(islice(cycle(TEXT.split()), count))
    if task == QUESTION_ANSWERING:
        return Request(QUESTION, text)
    if task == MULTIPLE_CHOICE:
        return Request(text, choices=CHOICES)
    return Request(f"[MASK] {text}" if task == FILL_MASK else text)
