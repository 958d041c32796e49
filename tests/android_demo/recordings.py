"""Exported bundles with what Python and a real engine make of them, for tests without an engine.

A recording is a bundle's folder NAME and a file NAME.json beside it: every run that ONNX Runtime
did for the bundle's self-test, its benchmark samples and some requests, and what came of them.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edgebert.bench.protocol import Sample
from edgebert.bench.samples import make_samples, request_of
from edgebert.bundle import Bundle, open_bundle, run_self_test
from edgebert.bundle.hashing import sha256_of
from edgebert.bundle.manifest import MANIFEST_NAME, Mode
from edgebert.engines import ENGINES, ArtifactSpec
from edgebert.engines.session import Float32Array, Int32Array, Session
from edgebert.errors import EdgebertError
from edgebert.pipeline import Pipeline, Runtime
from edgebert.tasks import Request

ENGINE = ENGINES["onnxruntime"]


@dataclass
class RecordingEngine:
    """ONNX Runtime, with a list of what it was asked and what it answered."""

    name: str = ENGINE.name
    backend: str = ENGINE.backend
    runs: list[dict[str, Any]] = field(default_factory=list)

    def version(self) -> str | None:
        return ENGINE.version()

    def open(self, artifact: ArtifactSpec, threads: int | None = None) -> Session:
        return RecordingSession(ENGINE.open(artifact, threads), artifact.path.name, self.runs)


@dataclass
class RecordingSession:
    session: Session
    path: str
    runs: list[dict[str, Any]]

    def run(self, inputs: Mapping[str, Int32Array]) -> dict[str, Float32Array]:
        outputs = self.session.run(inputs)
        answers = {
            name: {"shape": list(array.shape), "values": array.ravel().tolist()}
            for name, array in outputs.items()
        }
        given = {name: array[0].tolist() for name, array in inputs.items()}
        self.runs.append({"path": self.path, "inputs": given, "outputs": answers})
        return outputs


def record(root: Path, target: Path, requests: Sequence[Request] = ()) -> None:
    """Copy a bundle to a target and write what it answers to a JSON file beside that.

    Args:
        root: the bundle.
        target: the folder of the copy; its file is called the same with .json at the end.
        requests: what to ask each artifact; with any, the benchmark's samples are asked too.
    """
    shutil.copytree(root, target)
    bundle, engine = open_bundle(target), RecordingEngine()
    modes = [artifact.mode for artifact in bundle.manifest.artifacts]
    samples = _samples(bundle) if requests else {}
    asked = [*requests, *(request_of(sample) for sample in samples.values() if sample)]
    facts = {
        "digest": sha256_of(target / MANIFEST_NAME),
        "task": bundle.manifest.task,
        "pad_id": bundle.tokenizer.pad_id,
        "engine_version": engine.version(),
        "samples": {
            bucket: sample
            and {
                "text": sample.text,
                "pair": sample.pair,
                "choices": sample.choices,
                "tokens": sample.tokens,
            }
            for bucket, sample in samples.items()
        },
        "self_tests": [_self_test(bundle, engine, mode) for mode in modes],
        "replies": [_reply(bundle, engine, mode, one) for mode in modes for one in asked],
        "runs": engine.runs,
    }
    target.with_name(f"{target.name}.json").write_text(json.dumps(facts), encoding="utf-8")


def _samples(bundle: Bundle) -> dict[int, Sample | None]:
    """Make the benchmark's text for each bucket; None where there is none."""
    samples: dict[int, Sample | None] = {}
    for bucket in bundle.manifest.buckets:
        try:
            (samples[bucket],) = make_samples(bundle, (bucket,))
        except EdgebertError:
            samples[bucket] = None
    return samples


def _self_test(bundle: Bundle, engine: RecordingEngine, mode: Mode) -> dict[str, Any]:
    report = run_self_test(bundle, engine, mode)
    assert report.passed
    deviations = [found.deviation for found in report.deviations]
    return {"mode": mode, "deviations": deviations, "nearest": report.nearest}


def _reply(bundle: Bundle, engine: RecordingEngine, mode: Mode, request: Request) -> dict[str, Any]:
    session = bundle.open_session(engine, mode)
    runtime = Runtime.of(engine, bundle.artifact(engine.backend, mode), None)
    reply = Pipeline(bundle, session, runtime).run(request)
    return {
        "mode": mode,
        "text": request.text,
        "pair": request.pair,
        "choices": request.choices,
        "answer": reply.answer.to_json(),
        "tokens": reply.tokens,
        "buckets": reply.buckets,
    }
