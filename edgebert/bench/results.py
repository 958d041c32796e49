"""What records say about each variant, and how variants compare."""

from collections.abc import Sequence

import msgspec

from edgebert.bench.protocol import Failure, Latency, Memory, Record, Variant
from edgebert.bench.statistics import Interval, Summary, median_interval, paired_ratio, summarize
from edgebert.bundle.manifest import MODES, Mode

REFERENCE: Mode = "fp32"


class Result(msgspec.Struct, frozen=True):
    """What was measured of one variant; times in milliseconds, memory in bytes.

    Attributes:
        variant: which one.
        repeats: how many cold repeats there are of it.
        model: the bare model.
        app: from text to answer.
        load: opening the artifact, over the repeats.
        first: the first inference, over the repeats.
        peak_rss: the most memory that was resident, or None where it was not measured.
        peak_pss: the largest proportional set size, or None.
        of_fp32: time of the model over that of the fp32 variant, pair by pair of the same round;
            None for fp32 itself, and where the two were never measured in one run.
    """

    variant: Variant
    repeats: int
    model: Summary
    app: Summary
    load: Interval
    first: Interval
    peak_rss: int | None
    peak_pss: int | None
    of_fp32: Interval | None


def results_of(records: Sequence[Record], variants: Sequence[Variant]) -> list[Result]:
    """Sum up records of one bundle and target.

    Args:
        records: all of them, alike as `check_alike` has it.
        variants: which to sum up; one without a latency is left out.

    Returns:
        One a variant: by engine, threads and bucket, and then fp32, dynamic, static.
    """
    latencies = {
        variant: [r for r in records if isinstance(r, Latency) and r.variant == variant]
        for variant in {*variants, *(_reference(variant) for variant in variants)}
    }
    memories = {r.variant: r for r in records if isinstance(r, Memory)}
    return [
        _result(variant, latencies[variant], memories.get(variant), latencies[_reference(variant)])
        for variant in sorted(variants, key=_place)
        if latencies[variant]
    ]


def failures_of(records: Sequence[Record], run: str) -> list[Failure]:
    """Return what failed in a run."""
    return [r for r in records if isinstance(r, Failure) and r.origin.run == run]


def _result(
    variant: Variant, records: list[Latency], memory: Memory | None, reference: list[Latency]
) -> Result:
    return Result(
        variant=variant,
        repeats=len(records),
        model=summarize([time for record in records for time in record.model_ms]),
        app=summarize([time for record in records for time in record.app_ms]),
        load=median_interval([record.load_ms for record in records]),
        first=median_interval([record.first_ms for record in records]),
        peak_rss=memory.peak_rss if memory else None,
        peak_pss=memory.peak_pss if memory else None,
        of_fp32=_ratio(records, reference) if variant.mode != REFERENCE else None,
    )


def _ratio(records: list[Latency], reference: list[Latency]) -> Interval | None:
    """Compare times that were measured in the same round, and no others."""
    partners = {(record.origin.run, record.repeat): record.model_ms for record in reference}
    pairs = [
        pair
        for record in records
        for pair in zip(
            record.model_ms, partners.get((record.origin.run, record.repeat), ()), strict=False
        )
    ]
    return paired_ratio(*zip(*pairs, strict=True)) if pairs else None


def _reference(variant: Variant) -> Variant:
    return Variant(variant.engine, REFERENCE, variant.bucket, variant.threads)


def _place(variant: Variant) -> tuple[str, int, int, int]:
    """Order the modes so that what is gained over fp32 reads downwards."""
    threads = 0 if variant.threads is None else variant.threads
    return variant.engine, threads, variant.bucket, -MODES.index(variant.mode)
