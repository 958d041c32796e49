"""The evaluation itself: every candidate on every row, then each against the reference."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from msgspec import UNSET

from edgebert.bundle import Bundle, open_bundle
from edgebert.errors import EdgebertError
from edgebert.evaluation.bundle_candidates import choose_candidates
from edgebert.evaluation.comparison import RESAMPLES, Comparison, compare, defined
from edgebert.evaluation.measure import Measure, Score, Scores
from edgebert.evaluation.measures import DataFields, measure_for
from edgebert.evaluation.rows import read_rows
from edgebert.evaluation.scoring import Candidate, gather, score_all
from edgebert.progress import Progress, silent


@dataclass(frozen=True)
class Result:
    """The figures of one model.

    Attributes:
        engine: what ran it.
        version: the engine's version.
        backend: the kind of artifact.
        mode: its precision mode.
        truncated: rows with a text that was cut to the longest input.
        metrics: the figures by name, 0 to 1 (Spearman's correlation -1 to 1); None where the rows
            do not define one.
        comparison: against the reference; None for the reference, and where there is none.

    """

    engine: str
    version: str
    backend: str
    mode: str
    truncated: int
    metrics: Mapping[str, float | None]
    comparison: Comparison | None


@dataclass(frozen=True)
class BackendPair:
    """Two artifacts of one mode, which should give the same answers.

    Attributes:
        mode: of both.
        backend, other: their kinds.
        agreement: how far the answers are the same, 1 for all; None where it is not defined.

    """

    mode: str
    backend: str
    other: str
    agreement: float | None


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation found.

    Attributes:
        model: the bundle or the checkpoint.
        task: the task.
        data: the file of rows.
        rows: how many rows every model answered.
        reference: the index in `results` of the fp32 model that others are compared with.
        seed: of the bootstrap.
        resamples: of the bootstrap.
        results: one for each model, in the bundle's order.
        between_backends: every two of them of the same mode, beside each other.
        skipped: artifacts that no installed engine runs, one line each.

    """

    model: str
    task: str
    data: str
    rows: int
    reference: int | None
    seed: int
    resamples: int
    results: tuple[Result, ...]
    between_backends: tuple[BackendPair, ...]
    skipped: tuple[str, ...]


def evaluate(
    bundle: str | Path | Bundle,
    data: str | Path,
    *,
    engine: str | None = None,
    backends: Sequence[str] = (),
    modes: Sequence[str] = (),
    fields: DataFields | None = None,
    out_of_scope: Sequence[str] = (),
    limit: int | None = None,
    processes: int = 1,
    seed: int = 0,
    progress: Progress | None = None,
) -> Evaluation:
    """Evaluate the artifacts of a bundle on labelled rows.

    By default all artifacts are evaluated whose engine is installed. The first in fp32 among them
    is the reference that the others are compared with.

    Args:
        bundle: the bundle's folder, or the bundle where it was opened already.
        data: the rows: .jsonl, .csv, or SQuAD's .json.
        engine: only what this engine runs.
        backends: only these backends; all where empty.
        modes: only these modes; all where empty.
        fields: the names of the data's fields; by default those of the task.
        out_of_scope: labels of rows that are out of a classifier's scope.
        limit: only the first so many rows.
        processes: how many work at once, each with the model and one thread of its own; with more
            than 1 a script must call this under ``if __name__ == "__main__"``.
        seed: of the bootstrap.
        progress: told how far it is.

    Raises:
        EdgebertError: a wrong bundle, argument or row, in one line.
        CheckFailedError: a file of the bundle is not the exported one.

    """
    opened = bundle if isinstance(bundle, Bundle) else open_bundle(bundle)
    candidates, skipped = choose_candidates(opened, engine=engine, backends=backends, modes=modes)
    manifest = opened.manifest
    measure = measure_for(
        manifest.task,
        manifest.labels,
        fields or DataFields(),
        tuple(out_of_scope),
        manifest.slot_labels,
        None if manifest.label_threshold is UNSET else manifest.label_threshold,
    )
    return evaluate_candidates(
        candidates,
        measure,
        Path(data),
        model=str(opened.root),
        task=manifest.task,
        skipped=tuple(skipped),
        limit=limit,
        processes=processes,
        seed=seed,
        progress=progress,
    )


def evaluate_candidates(
    candidates: Sequence[Candidate],
    measure: Measure,
    data: Path,
    *,
    model: str,
    task: str,
    skipped: tuple[str, ...] = (),
    limit: int | None = None,
    processes: int = 1,
    seed: int = 0,
    progress: Progress | None = None,
) -> Evaluation:
    """Evaluate models on the same rows; the arguments are those of `evaluate`.

    Every row is read and checked before the first model is opened.

    Raises:
        EdgebertError: a wrong row or argument, or a model that cannot be opened, in one line.

    """
    if processes < 1:
        raise EdgebertError(f"processes: found {processes}, expected 1 or more")
    report = progress or silent
    report("reading the data", 0, 0)
    rows = sum(1 for _ in _examples(measure, data, limit))
    if rows == 0:
        raise EdgebertError(f"{data}: holds no row, expected at least one")
    scores = [
        gather(measure, _reported(candidate, measure, data, limit, processes, rows, report))
        for candidate in candidates
    ]
    modes = [candidate.mode for candidate in candidates]
    reference = modes.index("fp32") if "fp32" in modes else None
    report("comparing", 0, 0)
    return Evaluation(
        model=model,
        task=task,
        data=str(data),
        rows=rows,
        reference=reference,
        seed=seed,
        resamples=RESAMPLES,
        results=tuple(
            _result(
                candidate,
                measure,
                its_scores,
                None if reference in (None, number) else scores[reference or 0],
                seed,
            )
            for number, (candidate, its_scores) in enumerate(zip(candidates, scores, strict=True))
        ),
        between_backends=tuple(
            BackendPair(one.mode, one.backend, other.backend, defined(measure.agreement(s, t)))
            for (one, s), (other, t) in combinations(zip(candidates, scores, strict=True), 2)
            if one.mode == other.mode
        ),
        skipped=skipped,
    )


def _examples(measure: Measure, data: Path, limit: int | None) -> Iterator[Any]:
    return (measure.example(row) for row in read_rows(data, limit))


def _reported(
    candidate: Candidate,
    measure: Measure,
    data: Path,
    limit: int | None,
    processes: int,
    rows: int,
    report: Progress,
) -> Iterator[Score]:
    """Score a candidate on all rows, telling how far it is."""
    phase = f"evaluating {candidate.backend} {candidate.mode}"
    report(phase, 0, rows)
    scores = score_all(candidate, measure, _examples(measure, data, limit), processes)
    for number, score in enumerate(scores, start=1):
        yield score
        report(phase, number, rows)


def _result(
    candidate: Candidate,
    measure: Measure,
    scores: Scores,
    reference: Scores | None,
    seed: int,
) -> Result:
    return Result(
        engine=candidate.engine,
        version=candidate.version,
        backend=candidate.backend,
        mode=candidate.mode,
        truncated=scores.truncated,
        metrics={name: defined(metric(scores.columns)) for name, metric in measure.metrics.items()},
        comparison=None if reference is None else compare(measure, scores, reference, seed),
    )
