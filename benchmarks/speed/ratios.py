"""What rounds of times come to: medians, and ratios to edgebert's artifact on the same engine."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from records import Latency

from edgebert.bench.statistics import median_interval, paired_ratio


def summarised(records: Sequence[Latency]) -> list[Latency]:
    """Add the figures to records whose n-th rounds belong together.

    The reference of a ratio is edgebert's static artifact on the same engine. Where there is none,
    or for that itself, there is no ratio; with an error there are no figures.

    """
    by_name = {record.name: record for record in records}
    return [_summarised(r, by_name.get(f"edgebert-{_backend(r)}-static")) for r in records]


def _backend(record: Latency) -> str:
    return "onnx" if record.engine == "onnxruntime" else record.engine


def _summarised(record: Latency, reference: Latency | None) -> Latency:
    if record.error is not None:
        return record
    center = median_interval(record.rounds)
    ratio: tuple[float, ...] = ()
    if reference is not None and reference.error is None and reference.name != record.name:
        found = paired_ratio(record.rounds, reference.rounds)
        ratio = (found.median, found.low, found.high)
    return msgspec.structs.replace(
        record, median=center.median, low=center.low, high=center.high, ratio=ratio
    )
