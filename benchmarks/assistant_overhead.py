"""What a turn of the assistant takes beyond the model's own run, of the same texts in turns.

    python benchmarks/assistant_overhead.py bundles/assistant
    python benchmarks/assistant_overhead.py bundles/assistant --rounds 50 --threads 1

Each round runs every text through the bare pipeline and through the assistant, in an order that
changes; what differs is the overhead: cleaning, slots to values, the handler in its thread, and the
store, which is a file in a temporary folder. Turns that change something wait for the disk, so they
are shown apart. The aim is 3 ms for the others.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import edgebert
from edgebert.assistant import Assistant
from edgebert.tasks import Request

READING = (
    "what time is it in Tokyo",
    "what day is it tomorrow",
    "what alarms do I have",
    "what is on my shopping list",
    "what is twenty percent of one hundred and fifty",
    "how many miles in five kilometers",
    "who painted the ceiling of the chapel",
)
WRITING = ("turn off the kitchen lights", "dim the lights in the bedroom")
AIM_MS = 3.0


def milliseconds(work: Callable[[], object]) -> float:
    """Time a call."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def main() -> None:
    """Measure and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle")
    parser.add_argument("--config", help="a TOML of the assistant's")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--threads", type=int)
    arguments = parser.parse_args()
    pipeline = edgebert.load(arguments.bundle, threads=arguments.threads)
    labels = len(pipeline.bundle.manifest.labels)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store.sqlite3"
        assistant = Assistant.load(pipeline, config=arguments.config, store=store)
        results = {
            kind: measure(pipeline, assistant, texts, labels, arguments.rounds)
            for kind, texts in (("reading", READING), ("writing", WRITING))
        }
        assistant.close()
    results["aim_ms"] = AIM_MS
    results["holds"] = results["reading"]["overhead_ms"] <= AIM_MS
    print(json.dumps(results, indent=2))


def measure(
    pipeline: edgebert.Pipeline,
    assistant: Assistant,
    texts: tuple[str, ...],
    labels: int,
    rounds: int,
) -> dict[str, float]:
    """Return the medians of both, of their differences pair by pair, and the 95th percentile."""
    generator = random.Random(0)
    bare, turns, differences = [], [], []
    for number in range(rounds + 2):
        for text in generator.sample(texts, len(texts)):
            works = [
                lambda text=text: pipeline.run(Request(text, top_k=labels)),
                lambda text=text: assistant.respond(text),
            ]
            order = generator.sample((0, 1), 2)
            times = {which: milliseconds(works[which]) for which in order}
            assistant.respond("cancel")  # whatever the turn asked for is not awaited any more
            if number >= 2:  # the first rounds warm up
                bare.append(times[0])
                turns.append(times[1])
                differences.append(times[1] - times[0])
    return {
        "turns": len(turns),
        "model_ms": statistics.median(bare),
        "turn_ms": statistics.median(turns),
        "overhead_ms": statistics.median(differences),
        "overhead_p95_ms": statistics.quantiles(differences, n=20)[-1],
        "ratio": statistics.median(turns) / statistics.median(bare),
    }


if __name__ == "__main__":
    main()
