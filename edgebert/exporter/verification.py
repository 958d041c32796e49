"""Runs every artifact on its engine, beside the graphs it was made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import torch
from torch import Tensor

from edgebert.bundle.manifest import Backend, Fidelity, Mode, Output
from edgebert.bundle.padded_run import drop_padding, run_padded
from edgebert.engines import ArtifactSpec, engine_for
from edgebert.engines.session import Session
from edgebert.errors import CheckFailedError
from edgebert.exporter.calibration import TextSample
from edgebert.exporter.encoding import TextInputs
from edgebert.exporter.fidelity import Arrays, Comparison
from edgebert.exporter.graph.deployment import DeploymentGraph
from edgebert.exporter.half_precision import MeasuredHalf
from edgebert.exporter.lowering.program import Program
from edgebert.exporter.threads import one_thread
from edgebert.progress import Progress

# Largest relative deviation of an artifact's output from that of the graph it was made from, over
# all texts, that is still the same model: fp32 kernels differ in the order of sums; int8 kernels
# may round a value to the next step, and the layers behind follow it. Beyond it something was
# lowered wrongly.
MAX_DEVIATION: dict[Mode, float] = {"fp32": 1e-3, "static": 0.1, "dynamic": 0.1}

# The self-test's tolerance for one vector: twice the largest deviation seen here, within these
# bounds. Other CPUs round in another order, so it must be wider than what one machine shows; an
# answer of zeros, or an unrelated one, deviates by 1 and more.
MIN_TOLERANCE: dict[Mode, float] = {"fp32": 1e-3, "static": 0.02, "dynamic": 0.02}
MAX_TOLERANCE = 0.5

# Its tolerance for the vector that is nearest to what is expected: three times the median seen
# here, within these. On some texts a value lies so near to the middle of two int8 steps that float
# rounding decides, and all behind it follows: about 0.05 on MiniLM for three texts in ten, exactly
# nothing for most others. Arithmetic that saturates moves all of them, by 0.06 and more.
MIN_NEAREST_TOLERANCE: dict[Mode, float] = {"fp32": 1e-3, "static": 0.03, "dynamic": 0.03}
MAX_NEAREST_TOLERANCE = 0.05


@dataclass(frozen=True)
class Lowered:
    """An artifact that was just written."""

    backend: Backend
    mode: Mode
    path: Path


@dataclass
class Verdict:
    """What verification found of one artifact, by bucket.

    Attributes:
        lowered: the artifact.
        to_graph: how far it is from the graph it was lowered from.
        to_fp32: how far it is from the fp32 graph.
        on_self_test: as `to_graph`, on the texts of the self-test.
        half: what its graph answers with fp16 between the int8 linears, where processors may.
    """

    lowered: Lowered
    to_graph: dict[int, Comparison] = field(default_factory=dict)
    to_fp32: dict[int, Comparison] = field(default_factory=dict)
    on_self_test: dict[int, Comparison] = field(default_factory=dict)
    half: MeasuredHalf | None = None

    def fidelity(self, held_out: bool) -> list[Fidelity]:
        """Return the figures by bucket: against its own graph, and for int8 against fp32.

        Args:
            held_out: whether the texts are others than those that were calibrated on.
        """
        fp32 = self.lowered.mode == "fp32"
        rows = [("torch" if fp32 else "fake-quantized", self.to_graph)]
        if not fp32:
            rows.append(("fp32", self.to_fp32))
        return [
            Fidelity(
                backend=self.lowered.backend,
                mode=self.lowered.mode,
                bucket=bucket,
                reference=reference,  # type: ignore[arg-type]
                texts=comparison.texts,
                held_out=held_out,
                max_abs=comparison.max_abs,
                snr_db=comparison.snr_db,
                agreement=comparison.agreement,
                worst=comparison.worst_cosine,
            )
            for reference, comparisons in rows
            for bucket, comparison in comparisons.items()
        ]

    @property
    def tolerance(self) -> float:
        """The self-test's tolerance for one vector, see `MIN_TOLERANCE`."""
        bound = max(
            2 * max(self._deviations + self._half_deviations), MIN_TOLERANCE[self.lowered.mode]
        )
        return min(bound, MAX_TOLERANCE)

    @property
    def nearest_tolerance(self) -> float:
        """The self-test's tolerance for the nearest vector, see `MIN_NEAREST_TOLERANCE`."""
        bound = max(3 * median(self._deviations), MIN_NEAREST_TOLERANCE[self.lowered.mode])
        bound = min(bound, MAX_NEAREST_TOLERANCE)
        if self._half_deviations:  # fp16 moves every value a little, and none stays where it was
            bound = max(bound, 2 * median(self._half_deviations))
        return min(bound, self.tolerance)

    @property
    def _half_deviations(self) -> list[float]:
        return [] if self.half is None else self.half.to_graph.deviations

    @property
    def _deviations(self) -> list[float]:
        """The deviations from the own graph, of all outputs for all texts in all buckets."""
        comparisons = (*self.to_graph.values(), *self.on_self_test.values())
        return [d for comparison in comparisons for d in comparison.deviations]


def verify(
    graph: DeploymentGraph,
    programs: Mapping[Mode, Program],
    artifacts: Sequence[Lowered],
    samples: Sequence[TextSample],
    self_test: Sequence[TextSample],
    inputs: TextInputs,
    progress: Progress,
) -> list[Verdict]:
    """Compare every artifact with the graph it was lowered from, and with the fp32 graph.

    Args:
        graph: the fp32 deployment graph.
        programs: the lowered programs by mode.
        artifacts: the files.
        samples: the texts to compare on; each runs once a bucket, cut to it as on a device.
        self_test: texts that only the self-test's tolerances are taken from: they are ours, and
            say nothing about the user's.
        inputs: makes the graph's inputs of them.
        progress: told how far it is.

    Raises:
        CheckFailedError: an artifact is not the model it was made from.
    """
    buckets = next(iter(programs.values())).buckets
    outputs = graph.outputs
    verdicts = [
        Verdict(
            artifact, half=programs[artifact.mode].half if artifact.backend == "litert" else None
        )
        for artifact in artifacts
    ]
    sessions = [_open(artifact, graph, buckets) for artifact in artifacts]
    texts = [*((sample, False) for sample in samples), *((sample, True) for sample in self_test)]
    total = len(buckets) * len(texts)
    for number, bucket in enumerate(buckets):
        for verdict in verdicts:
            for comparisons in (verdict.to_graph, verdict.to_fp32, verdict.on_self_test):
                comparisons[bucket] = Comparison(graph.head.frame, graph.least_logit)
        for done, (sample, is_ours) in enumerate(texts):
            progress("verifying", number * len(texts) + done, total)
            encoding = inputs.encode(sample, bucket)
            tensors = inputs.tensors(encoding, bucket)
            fp32 = run_graph(graph, tensors, outputs, len(encoding))
            expected = {
                mode: fp32
                if mode == "fp32"
                else run_graph(program.quantized, tensors, outputs, len(encoding))
                for mode, program in programs.items()
            }
            for verdict, session in zip(verdicts, sessions, strict=True):
                got = run_padded(
                    session,
                    encoding,
                    bucket,
                    pad_id=inputs.tokenizer.pad_id,
                    inputs=inputs.input_names,
                    outputs=outputs,
                )
                own = expected[verdict.lowered.mode]
                if is_ours:
                    verdict.on_self_test[bucket].update(own, got)
                    continue
                verdict.to_graph[bucket].update(own, got)
                verdict.to_fp32[bucket].update(fp32, got)
    progress("verifying", total, total)
    for verdict in verdicts:
        _require_same_model(verdict)
    return verdicts


def run_graph(
    graph: DeploymentGraph, tensors: Sequence[Tensor], outputs: Sequence[Output], tokens: int
) -> Arrays:
    """Run a torch graph; return its outputs by name as `run_padded` does an artifact's.

    On one thread: figures are then the same on any number of cores, and torch's other threads do
    not spin for the cores that the engines' threads run on.
    """
    with torch.inference_mode(), one_thread():
        results = graph(*tensors)
    named = {output.name: r.numpy() for output, r in zip(outputs, results, strict=True)}
    return drop_padding(named, outputs, tokens)


def _open(artifact: Lowered, graph: DeploymentGraph, buckets: tuple[int, ...]) -> Session:
    spec = ArtifactSpec(artifact.path, graph.input_names, graph.output_names, buckets)
    return engine_for(artifact.backend).open(spec)


def _require_same_model(verdict: Verdict) -> None:
    mode = verdict.lowered.mode
    comparisons = (*verdict.to_graph.items(), *verdict.on_self_test.items())
    for bucket, comparison in comparisons:
        for output, deviation in comparison.output_deviations.items():
            if deviation <= MAX_DEVIATION[mode]:  # what is not a number is not
                continue
            raise CheckFailedError(
                f"verification: {output} of the {mode} {verdict.lowered.backend} artifact deviates "
                f"from its own graph by {deviation:.2g} of its length at {bucket} tokens, expected "
                f"at most {MAX_DEVIATION[mode]:.2g}; nothing was written. Try another --observer, "
                "or leave this --backend out"
            )
