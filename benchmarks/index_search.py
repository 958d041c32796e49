"""How long an exact search through an index takes, on vectors drawn at random.

    python benchmarks/index_search.py
    python benchmarks/index_search.py --passages 10000,100000,1000000 --channels 384 --threads 1

It searches what `edgebert.knowledge` searches, int8 vectors with a scale each, and keeps the best
ten; the question's embedding, which is the model's work, is not in it. The sizes take turns in an
order that changes each round. The aim is 50 ms for 100,000 passages of 384 channels. What a figure
is worth depends on what else the machine does.
"""

import argparse
import json
import os
import random
import statistics
import time

AIM_MS = 50.0
AIM_PASSAGES = 100_000
HITS = 10


def main() -> None:
    """Measure and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", default="1000,10000,100000")
    parser.add_argument("--channels", type=int, default=384)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--threads", type=int, help="of the BLAS that NumPy uses")
    arguments = parser.parse_args()
    if arguments.threads is not None:  # read when NumPy is loaded
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ[name] = str(arguments.threads)
    sizes = [int(size) for size in arguments.passages.split(",")]
    times = measure(sizes, arguments.channels, arguments.rounds)
    results = [
        {
            "passages": size,
            "median_ms": statistics.median(times[size]),
            "p95_ms": statistics.quantiles(times[size], n=20)[-1],
            "minimum_ms": min(times[size]),
        }
        for size in sizes
    ]
    aimed = [result["median_ms"] for result in results if result["passages"] == AIM_PASSAGES]
    document = {
        "channels": arguments.channels,
        "rounds": arguments.rounds,
        "threads": arguments.threads,
        "load_average": os.getloadavg()[0],
        "results": results,
        "aim_ms": AIM_MS,
        "holds": aimed[0] <= AIM_MS if aimed else None,
    }
    print(json.dumps(document, indent=2))


def measure(sizes: list[int], channels: int, rounds: int) -> dict[int, list[float]]:
    """Return the milliseconds of each search, by the number of passages."""
    import numpy as np

    from edgebert.knowledge.vectors import similarities
    from edgebert.tasks.scores import best_first

    generator = np.random.default_rng(0)
    most = max(sizes)
    vectors = generator.integers(-127, 128, (most, channels), dtype=np.int8)
    scales = generator.uniform(0.0005, 0.002, most).astype(np.float32)
    queries = generator.normal(size=(rounds + 2, channels)).astype(np.float32)
    order = random.Random(0)
    times: dict[int, list[float]] = {size: [] for size in sizes}
    for number, query in enumerate(queries):
        for size in order.sample(sizes, len(sizes)):
            start = time.perf_counter()
            best_first(similarities(vectors[:size], scales[:size], query), HITS)
            if number >= 2:  # the first rounds warm up
                times[size].append(1000 * (time.perf_counter() - start))
    return times


if __name__ == "__main__":
    main()
