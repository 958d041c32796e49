"""Whether memory grows: very many inferences in one process, and the slope of its memory.

    python benchmarks/soak.py BUNDLE --engine litert --inferences 100000

Texts of all lengths take turns. After a tenth that does not count, the process's resident memory
is read a thousand times; of the means of 20 blocks in a row comes a line by least squares, and the
95 % interval of its slope by Student's t with 18 degrees of freedom. Blocks are long, so that what
allocators do in between evens out. The exit status is 1 if memory surely grows by more than
--allowed bytes an inference.
"""

import argparse
import sys
import time
from itertools import cycle, islice

import numpy as np
from numpy.typing import NDArray

import edgebert
from edgebert.bench.process_memory import resident_bytes
from edgebert.tasks import NEEDS_PAIRS, Request

TEXT = "turn on the light in the kitchen please and what time is it now"
BLOCKS = 20
STUDENT_T = 2.101  # 97.5 % of t with BLOCKS - 2 degrees of freedom
READINGS = 1000


def resident() -> int:
    """Return the process's resident memory in bytes."""
    found = resident_bytes()
    if found is None:
        sys.exit("error: this system does not tell a process's memory; use Linux")
    return found


def requests(pipeline: edgebert.Pipeline) -> list[Request]:
    """Make texts from one word to more than fits, as the task takes them."""
    task = pipeline.task
    texts = [
        " ".join(islice(cycle(TEXT.split()), count)) for count in (1, 3, 7, 12, 25, 60, 120, 300)
    ]
    if task == "fill-mask":
        texts = [f"[MASK] {text}" for text in texts]
    if task == "multiple-choice":
        return [Request(text, choices=("yes", "no")) for text in texts]
    return [Request(text, "the light is on" if task in NEEDS_PAIRS else None) for text in texts]


def slope(at: NDArray[np.float64], memory: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the slope of the means of blocks, and its 95 % interval.

    Args:
        at: float64 [readings], the inferences done; ascending.
        memory: float64 [readings], bytes.

    """
    x = np.array([block.mean() for block in np.array_split(at, BLOCKS)])
    y = np.array([block.mean() for block in np.array_split(memory, BLOCKS)])
    centred = x - x.mean()
    spread = float(centred @ centred)
    value = float(centred @ (y - y.mean())) / spread
    residual = y - y.mean() - value * centred
    error = float(np.sqrt(residual @ residual / (BLOCKS - 2) / spread))
    return value, value - STUDENT_T * error, value + STUDENT_T * error


def main() -> int:
    """Soak one engine and print what its memory did."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bundle")
    parser.add_argument("--engine")
    parser.add_argument("--mode")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--inferences", type=int, default=100_000)
    parser.add_argument("--allowed", type=float, default=16.0, help="bytes an inference")
    options = parser.parse_args()
    if options.inferences < READINGS * 2:
        parser.error(f"--inferences: expected {READINGS * 2} or more")
    pipeline = edgebert.load(
        options.bundle, engine=options.engine, mode=options.mode, threads=options.threads
    )
    asked = cycle(requests(pipeline))
    warm_up, every = options.inferences // 10, options.inferences // READINGS
    begun, first = time.monotonic(), resident()
    at, memory = [], []
    for done in range(1, options.inferences + 1):
        pipeline.run(next(asked))
        if done > warm_up and done % every == 0:
            at.append(float(done))
            memory.append(float(resident()))
    value, low, high = slope(np.array(at), np.array(memory))
    runtime = pipeline.runtime
    print(
        f"{runtime.engine} {runtime.version} {runtime.mode}: {options.inferences} inferences in "
        f"{time.monotonic() - begun:.0f} s, resident {first / 1e6:.1f} MB after loading, "
        f"{memory[0] / 1e6:.1f} MB after {warm_up}, {memory[-1] / 1e6:.1f} MB in the end; "
        f"{value:+.2f} bytes an inference (95 % interval {low:+.2f} to {high:+.2f})"
    )
    return int(low > options.allowed)


if __name__ == "__main__":
    sys.exit(main())
