"""A first look at latency on this machine, for every artifact of a bundle."""

from collections.abc import Callable
from functools import partial
from statistics import median

import numpy as np

from edgebert.bench.protocol import Method
from edgebert.bench.turns import measure_in_turns
from edgebert.bundle import Bundle
from edgebert.bundle.manifest import Artifact
from edgebert.engines import engine_for

METHOD = Method(iterations=30, turn=10)


def measure_latency(
    bundle: Bundle,
    *,
    buckets: tuple[int, ...],
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[tuple[Artifact, int], float]:
    """Time one inference of every artifact, in turns.

    `edgebert benchmark` measures in fresh processes and says more; this is what an export shows.

    Args:
        bundle: the bundle; its engines must be installed.
        buckets: input lengths in tokens.
        threads: threads an engine may use; its own choice by default.
        progress: called with (turns done, turns in all).

    Returns:
        The median inference in milliseconds, by artifact and bucket.
    """
    sessions = {
        artifact: bundle.open_session(engine_for(artifact.backend), artifact.mode, threads)
        for artifact in bundle.manifest.artifacts
    }
    feeds = {
        bucket: {name: np.ones((1, bucket), np.int32) for name in bundle.manifest.inputs}
        for bucket in buckets
    }
    runs = {
        (artifact, bucket): partial(session.run, feeds[bucket])
        for bucket in buckets
        for artifact, session in sessions.items()
    }
    times = measure_in_turns(runs, METHOD, progress=progress)
    return {key: median(taken) for key, taken in times.items()}
