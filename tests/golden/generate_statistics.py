"""Generate the golden vectors statistics.json and deviations.json with edgebert's own figures.

The figures themselves are held to numpy and scipy by tests/bench, the deviations by tests/bundle.
Running the script twice writes the same bytes.
"""

import argparse
import math
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
from golden_file import write_golden
from task_cases import Case

from edgebert.bench.statistics import paired_ratio, summarize
from edgebert.bundle.manifest import StoredOutput
from edgebert.bundle.stored_output import deviation, store_output

HERE = Path(__file__).parent
LENGTHS = (1, 2, 3, 4, 5, 10, 20, 37, 60)


def latencies(rng: np.random.Generator, count: int) -> list[float]:
    """Times as they may be measured: skewed, with a late one now and then."""
    late = np.where(rng.random(count) < 0.1, 5, 1)
    return [round(value, 4) for value in (rng.gamma(4, 2, count) * late).tolist()]


def summary_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Lists of many lengths, one with values that are all alike."""
    for values in (*(latencies(rng, count) for count in LENGTHS), [2.5] * 6):
        yield {"values": values, "summary": msgspec.to_builtins(summarize(values))}


def ratio_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Pairs of lists."""
    for count in (1, 8, 30):
        values, reference = latencies(rng, count), latencies(rng, count)
        interval = msgspec.to_builtins(paired_ratio(values, reference))
        yield {"values": values, "reference": reference, "interval": interval}


def deviation_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Outputs near and far from what is stored, and some that cannot be compared."""
    for shape, limit in (((1, 3), 1024), ((1, 5, 4), 1024), ((1, 7, 6), 10)):
        expected = rng.normal(size=shape).astype(np.float32).round(3)
        stored = store_output("logits", expected, limit=limit)
        for noise in (0.0, 0.001, 0.1, 3.0):
            got = (expected + noise * rng.normal(size=shape)).astype(np.float32).round(3)
            yield deviation_case(got, stored)
        yield deviation_case(expected[:, :-1], stored)
    nothing = np.zeros((1, 4), np.float32)
    yield deviation_case(nothing, store_output("logits", nothing))
    yield deviation_case(nothing + 1, store_output("logits", nothing))
    yield deviation_case(nothing + 1, StoredOutput("logits", (1, 4), 0, (1.0,) * 4))
    yield deviation_case(nothing + 1, StoredOutput("logits", (1, 4), 2, (1.0,) * 4))
    yield deviation_case(nothing + 1, StoredOutput("logits", (1, 4), 1, (1.0, 1.0, 1.0, 1e300)))


def deviation_case(got: np.ndarray, stored: StoredOutput) -> Case:
    """One output with what is stored of the expected one; null stands for infinity."""
    found = deviation(got.astype(np.float32), stored)
    return {
        "shape": list(got.shape),
        "values": [round(value, 3) for value in got.ravel().tolist()],
        "stored": msgspec.to_builtins(stored),
        "deviation": found if math.isfinite(found) else None,
    }


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=HERE, help="folder; default: %(default)s")
    folder: Path = parser.parse_args().output
    rng = np.random.default_rng(0)
    lists = {"summaries": list(summary_cases(rng)), "ratios": list(ratio_cases(rng))}
    write_golden(folder / "statistics.json", {"format": 1}, lists)
    cases = {"cases": list(deviation_cases(rng))}
    write_golden(folder / "deviations.json", {"format": 1}, cases)


if __name__ == "__main__":
    main()
