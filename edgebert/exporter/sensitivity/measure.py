"""Measures a graph in every mixture of interest, text by text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from edgebert.errors import EdgebertError
from edgebert.evaluation.comparison import defined
from edgebert.evaluation.measure import Measure, Score
from edgebert.evaluation.scoring import gather
from edgebert.exporter.encoding import TextInputs
from edgebert.exporter.fidelity import Arrays, Comparison
from edgebert.exporter.graph.deployment import DeploymentGraph
from edgebert.exporter.quantization.plan import QuantizationPlan
from edgebert.exporter.sensitivity.mixtures import NOTHING, MixedGraph, Mixture
from edgebert.exporter.sensitivity.model import (
    Case,
    LabelledRows,
    MixedModel,
    cases_of,
)
from edgebert.exporter.sensitivity.parts import Part, kinds_of, layers_of, single_sites
from edgebert.exporter.sensitivity.report import Damage, PartDamage, Sensitivity
from edgebert.exporter.threads import one_thread
from edgebert.progress import Progress, silent
from edgebert.text import Encoding


@dataclass
class _Tally:
    """What is accumulated for one mixture."""

    comparison: Comparison
    scores: list[Score] = field(default_factory=list)


def measure_sensitivity(
    graph: DeploymentGraph,
    plan: QuantizationPlan,
    inputs: TextInputs,
    texts: Sequence[Encoding] | LabelledRows,
    *,
    progress: Progress = silent,
) -> Sensitivity:
    """Measure the damage of quantising only, and everything but, each site, layer and kind.

    Every text runs in fp32 once, with everything quantised once, and twice for each part; a run
    begins at the layer where it first differs from one of the first two. In memory are the states
    of one text. Torch runs on one thread meanwhile, so that the same arguments give the same
    figures.

    Args:
        graph: fp32.
        plan: how each site is quantised, see `plan_mode`; sites that it leaves in fp32 are not
            measured.
        inputs: makes the graph's inputs of encodings.
        texts: to measure on, or labelled rows, which measure the task's own figures too.
        progress: told how far it is.

    Raises:
        EdgebertError: there is no text, or fp32 outputs are not finite.
    """
    mixed = MixedGraph(graph, plan)
    sites = mixed.sites
    groupings = (single_sites(sites), layers_of(sites), kinds_of(sites))
    found = measure_mixtures(mixed, inputs, texts, _mixtures(mixed, groupings), progress=progress)
    by_site, by_layer, by_kind = (
        _ranked(parts, found.damages, mixed.everything) for parts in groupings
    )
    return Sensitivity(
        mode=plan.mode,
        texts=found.texts,
        tokens=found.tokens,
        fp32_metrics=found.fp32_metrics,
        everything=found.damages[mixed.everything],
        sites=by_site,
        layers=by_layer,
        kinds=by_kind,
        kept=tuple(site for site in plan.linears if site not in sites),
    )


@dataclass(frozen=True)
class MeasuredMixtures:
    """The damage of each mixture, with what it was measured on; see `Sensitivity`."""

    damages: Mapping[Mixture, Damage]
    fp32_metrics: Mapping[str, float | None]
    texts: int
    tokens: int


def measure_mixtures(
    mixed: MixedGraph,
    inputs: TextInputs,
    texts: Sequence[Encoding] | LabelledRows,
    mixtures: Iterable[Mixture],
    *,
    progress: Progress = silent,
) -> MeasuredMixtures:
    """Compare mixtures with fp32, text by text.

    Args:
        mixed: the graph.
        inputs: makes its inputs of encodings.
        texts: to measure on, or labelled rows, which measure the task's own figures too.
        mixtures: what to measure; those that share a beginning with the fp32 mixture, or with
            everything quantised, if that is among the first, take less time.
        progress: told how far it is.

    Raises:
        EdgebertError: there is no text, or fp32 outputs are not finite.
    """
    rows = texts if isinstance(texts, LabelledRows) else None
    cases = cases_of(texts)
    if not cases:
        raise EdgebertError("sensitivity: found no text, expected at least one")
    tallies = {
        mixture: _Tally(Comparison(mixed.frame, mixed.least_logit))
        for mixture in (NOTHING, *mixtures)
    }
    tokens = 0
    with one_thread():
        for number, case in enumerate(cases):
            progress("measuring", number, len(cases))
            model = MixedModel(mixed, inputs, rows.labels if rows else ())
            tokens += _run_case(model, case, number, tallies)
    progress("measuring", len(cases), len(cases))
    measure = rows.measure if rows else None
    reference = _metrics(measure, tallies[NOTHING])
    damages = {
        mixture: _damage(tally.comparison, reference, _metrics(measure, tally))
        for mixture, tally in tallies.items()
    }
    return MeasuredMixtures(damages, reference, len(cases), tokens)


def _mixtures(mixed: MixedGraph, groupings: Iterable[Iterable[Part]]) -> list[Mixture]:
    """Return what to run beside fp32: everything quantised first, each mixture once."""
    everything = mixed.everything
    parts = [frozenset(part.sites) for grouping in groupings for part in grouping]
    wanted = [everything, *parts, *(everything - part for part in parts)]
    return list(dict.fromkeys(wanted))


def _run_case(model: MixedModel, case: Case, number: int, tallies: Mapping[Mixture, _Tally]) -> int:
    """Run one text or row in all mixtures; return its tokens."""
    expected: list[Arrays] = []
    for mixture, tally in tallies.items():
        model.switch(mixture)
        score = case(model)
        if score is not None:
            tally.scores.append(score)
        if mixture == NOTHING:
            expected = model.answers
            if not all(np.isfinite(a).all() for answer in expected for a in answer.values()):
                raise EdgebertError(
                    f"sensitivity: text {number + 1}: the fp32 outputs are not finite; is the "
                    "checkpoint damaged?"
                )
        for one, other in zip(expected, model.answers, strict=True):
            tally.comparison.update(one, other)
    return model.tokens


def _metrics(measure: Measure | None, tally: _Tally) -> dict[str, float | None]:
    if measure is None:
        return {}
    columns = gather(measure, tally.scores).columns
    return {name: defined(metric(columns)) for name, metric in measure.metrics.items()}


def _damage(
    comparison: Comparison,
    reference: Mapping[str, float | None],
    metrics: Mapping[str, float | None],
) -> Damage:
    drops = {
        name: None if before is None or (now := metrics[name]) is None else before - now
        for name, before in reference.items()
    }
    return Damage(
        deviation=comparison.deviation,
        snr_db=comparison.snr_db,
        agreement=comparison.agreement,
        worst_cosine=comparison.worst_cosine,
        drops=drops,
    )


def _ranked(
    parts: Sequence[Part], damages: Mapping[Mixture, Damage], everything: Mixture
) -> tuple[PartDamage, ...]:
    """Return the damage of each part, largest share first."""
    total = sum(damages[frozenset(part.sites)].deviation ** 2 for part in parts)
    whole = damages[everything].deviation ** 2
    found = []
    for part in parts:
        sites = frozenset(part.sites)
        only, without = damages[sites], damages[everything - sites]
        found.append(
            PartDamage(
                name=part.name,
                layer=part.layer,
                kind=part.kind,
                sites=part.sites,
                only=only,
                without=without,
                share=only.deviation**2 / total if total else 0.0,
                relief=1 - without.deviation**2 / whole if whole else 0.0,
            )
        )
    return tuple(sorted(found, key=lambda part: -part.share))
