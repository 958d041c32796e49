"""A first look at latency on this machine, for every artifact of a bundle."""

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from edgebert.bundle import Bundle
from edgebert.bundle.manifest import Artifact
from edgebert.engines import engine_for

WARM_UPS = 3
ROUNDS = 20


def measure_latency(
    bundle: Bundle,
    *,
    buckets: tuple[int, ...],
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[tuple[Artifact, int], float]:
    """Time one inference of every artifact, interleaved so that drift hits all alike.

    Args:
        bundle: the bundle; its engines must be installed.
        buckets: input lengths in tokens.
        threads: threads an engine may use; its own choice by default.
        progress: called with (rounds done, rounds in all).

    Returns:
        The median of `ROUNDS` runs after `WARM_UPS`, in milliseconds, by artifact and bucket.
    """
    artifacts = bundle.manifest.artifacts
    sessions = {
        artifact: bundle.open_session(engine_for(artifact.backend), artifact.mode, threads)
        for artifact in artifacts
    }
    times: dict[tuple[Artifact, int], list[float]] = {
        (artifact, bucket): [] for bucket in buckets for artifact in sessions
    }
    feeds = {
        bucket: {name: np.ones((1, bucket), np.int32) for name in bundle.manifest.inputs}
        for bucket in buckets
    }
    for number in range(WARM_UPS + ROUNDS):
        for (artifact, bucket), taken in times.items():
            start = time.perf_counter()
            sessions[artifact].run(feeds[bucket])
            if number >= WARM_UPS:
                taken.append(1e3 * (time.perf_counter() - start))
        if progress is not None:
            progress(number + 1, WARM_UPS + ROUNDS)
    return {key: median(taken) for key, taken in times.items()}
