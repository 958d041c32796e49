"""Times one inference of every artifact that artifacts.py has made, and of PyTorch, here.

    PYTHONPATH=tests:benchmarks:benchmarks/arm:benchmarks/quality \
        python benchmarks/speed/latency.py --model 6x384

Each has a process of its own, and all of a model are open at the same time: each round lets every
one run a few times, in an order drawn anew. So what drifts meanwhile hits all alike. Run it while
the machine does nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from choices import chosen_models, parse
from records import ARTIFACTS, LATENCY, Artifact, Latency, read, write
from rounds import measure
from timing_worker import PYTORCH

from edgebert.cli.progress import shown_progress
from edgebert.engines.inputs import INPUT_NAMES

THREADS = (1, 2)


def chosen_artifacts(
    model: str, peers: Sequence[str], tokens: int, pytorch: Sequence[str]
) -> list[Artifact]:
    """Return what is to be run of a model."""
    made = [
        artifact
        for artifact in read(Artifact, ARTIFACTS).values()
        if artifact.model == model
        and artifact.error is None
        and artifact.name in peers
        and tokens in artifact.takes
    ]
    return made + [
        Artifact(
            model=model,
            name=name,
            tool="transformers",
            settings=name.partition("-")[2],
            backend="",
            length=tokens,
            takes=(tokens,),
            inputs=INPUT_NAMES,
        )
        for name in pytorch
    ]


def main() -> int:
    """Time what the command line asks for; each set of a model, length and threads is written."""
    arguments = parse(
        __doc__,
        numbers={"rounds": 20},
        output=LATENCY,
        threads=THREADS,
        pytorch=PYTORCH,
    )
    with shown_progress(lines=10) as progress:
        for model in chosen_models(arguments):
            for tokens in arguments.tokens:
                for threads in arguments.threads:
                    records = measure(
                        chosen_artifacts(model, arguments.peer, tokens, arguments.pytorch),
                        folder=arguments.artifacts,
                        tokens=tokens,
                        threads=threads,
                        rounds=arguments.rounds,
                        progress=progress,
                    )
                    write(records, Latency, arguments.output)
                    for r in records:
                        found = r.error or f"{r.median:.2f} ms ({r.low:.2f} to {r.high:.2f})"
                        print(f"{r.model} {r.name}, {tokens} tokens, {threads} threads: {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
