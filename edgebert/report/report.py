"""A report's content, apart from any form: what programs get, and what pages show."""

from collections.abc import Mapping, Sequence

import msgspec

from edgebert.bench.environment import Conditions
from edgebert.bench.facts import ArtifactFacts
from edgebert.bench.protocol import Origin, Record
from edgebert.bench.results import Result, results_of
from edgebert.report.choice import Choice, Loss, Rule
from edgebert.report.comparisons import Group, group_alike
from edgebert.report.notes import describe_difference, notes_of


class Row(msgspec.Struct, frozen=True):
    """One variant: what was measured of it, and what is known of its artifact."""

    result: Result
    facts: ArtifactFacts | None
    loss: Loss | None


class Repeat(msgspec.Struct, frozen=True):
    """The state of a device before and after one cold repeat."""

    run: str
    repeat: int
    before: Conditions
    after: Conditions


class Section(msgspec.Struct, frozen=True):
    """What may be compared: one bundle on one device under the same conditions.

    Attributes:
        number: from 1.
        origin: of its first record.
        engines: version by engine.
        model: name of the checkpoint, where it is known.
        task: the bundle's, where it is known.
        rows: by engine, threads and bucket, and then fp32, dynamic, static.
        repeats: in the order of time.
        failures: lines about what was not measured.
        choice: what to ship.
        notes: lines about what the figures are worth.
        apart: why this is no part of an earlier section of the same bundle and device.
    """

    number: int
    origin: Origin
    engines: dict[str, str]
    model: str | None
    task: str | None
    rows: tuple[Row, ...]
    repeats: tuple[Repeat, ...]
    failures: tuple[str, ...]
    choice: Choice
    notes: tuple[str, ...]
    apart: str | None


class Report(msgspec.Struct, frozen=True):
    """All sections, the rule of the choice in words, and lines about the files."""

    sections: tuple[Section, ...]
    rule: str
    notes: tuple[str, ...]


def make_report(
    records: Sequence[Record],
    *,
    points: float | None = None,
    known: Mapping[str, Mapping[tuple[str, str], ArtifactFacts]] | None = None,
    notes: Sequence[str] = (),
) -> Report:
    """Sum up records.

    Args:
        records: of any bundles and devices, one or more.
        points: hundredths that an artifact may lose; by default as `Rule` has it.
        known: facts of artifacts by engine and mode, by the bundle's digest; they go before those
            in the records.
        notes: lines about the files.
    """
    rule = Rule(points)
    groups = group_alike(records)
    sections = tuple(
        _section(number, group, groups[: number - 1], rule, (known or {}).get(group.origin.bundle))
        for number, group in enumerate(groups, start=1)
    )
    return Report(sections, str(rule), tuple(notes))


def _section(
    number: int,
    group: Group,
    earlier: Sequence[Group],
    rule: Rule,
    known: Mapping[tuple[str, str], ArtifactFacts] | None,
) -> Section:
    facts = {**group.facts, **(known or {})}
    # No latency of a wrong answer is shown, not even of one that was right another time.
    wrong = {(failure.engine, failure.mode, failure.threads) for failure in group.failures}
    variants = [
        variant
        for variant in dict.fromkeys(latency.variant for latency in group.latencies)
        if (variant.engine, variant.mode, variant.threads) not in wrong
    ]
    results = results_of(group.records, variants)
    rows = []
    for result in results:
        its = facts.get((result.variant.engine, result.variant.mode))
        rows.append(Row(result, its, rule.loss(its, result.variant.mode)))
    repeats = {(r.origin.run, r.repeat): (r.before, r.after) for r in group.latencies}
    any_facts = next(iter(facts.values()), None)
    return Section(
        number=number,
        origin=group.origin,
        engines=group.engines,
        model=any_facts.model if any_facts else None,
        task=any_facts.task if any_facts else None,
        rows=tuple(rows),
        repeats=tuple(
            Repeat(run, repeat, before, after)
            for (run, repeat), (before, after) in sorted(
                repeats.items(), key=lambda item: item[1][0].time
            )
        ),
        failures=tuple(
            dict.fromkeys(
                f"{f.engine} {f.mode}"
                f"{'' if f.threads is None else f', {f.threads} threads'}: {f.reason}"
                for f in group.failures
            )
        ),
        choice=rule.choose(results, facts, group.failures),
        notes=notes_of(group),
        apart=describe_difference(group, earlier),
    )
