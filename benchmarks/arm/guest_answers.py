"""Runs on an emulated processor, or on this machine: the self-test and answers of one artifact.

Its argument is a file with a JSON of bundle, engine, mode, and texts to answer. It prints a JSON:
what the self-test found, and for each text the intent or label with the spans that are named.
"""

import json
import os
import sys
from pathlib import Path

import edgebert
from edgebert.bundle import open_bundle
from edgebert.bundle.self_test import run_self_test
from edgebert.engines import engine_named
from edgebert.tasks import Answer


def main() -> None:
    """Answer."""
    # Native libraries print to descriptor 1.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    request = json.loads(Path(sys.argv[1]).read_text())
    engine = engine_named(request["engine"])
    report = run_self_test(open_bundle(Path(request["bundle"])), engine, request["mode"])
    pipeline = edgebert.load(request["bundle"], engine=engine.name, mode=request["mode"])
    found = {
        "version": engine.version(),
        "problem": report.problem,
        "worst": report.worst.deviation,
        "allowed": report.worst.tolerance,
        "nearest": report.nearest,
        "answers": [_decided(pipeline(text)) for text in request["texts"]],
    }
    answers.write(json.dumps(found))
    answers.flush()
    os._exit(0)  # threads of an engine may not end by themselves under an emulator


def _decided(answer: Answer) -> list[object]:
    """What an answer decides, without how sure it is."""
    labels = getattr(answer, "labels", ())
    entities = getattr(answer, "entities", ())
    spans = [[entity.label, entity.start, entity.end] for entity in entities]
    return [labels[0].label if labels else None, spans]


if __name__ == "__main__":
    main()
