"""Reading files of records that anybody may have written; they are never changed."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from edgebert.bench.environment import Conditions
from edgebert.bench.protocol import Latency, Memory, Record
from edgebert.bench.records import decode_record
from edgebert.errors import EdgebertError

LONGEST_MS = 1e9
"""A longer inference, of eleven days, is no measurement."""

MOST_JOULES = 1e15

COLDEST, HOTTEST = -273.15, 1000.0  # degrees Celsius


@dataclass(frozen=True)
class Reading:
    """What files hold: their records in order, and lines about what was left out."""

    records: list[Record]
    notes: list[str]


def read_records(paths: Sequence[Path]) -> Reading:
    """Read files of records as one; a line that occurs twice counts once.

    A last line without its end is what an interrupted writer left: if it is no record, it is left
    out, and a note says so.

    Raises:
        EdgebertError: a file cannot be read, holds a line that is no record or has impossible
            values, or none of them holds a record.

    """
    seen: set[bytes] = set()
    reading = Reading([], [])
    for path in paths:
        repeated = 0
        for number, record, line in _read(path, reading.notes):
            _check_values(path, number, record)
            if line in seen:
                repeated += 1
                continue
            seen.add(line)
            reading.records.append(record)
        if repeated:
            reading.notes.append(f"{path}: {repeated} of its lines occur twice and count once")
    if not reading.records:
        names = ", ".join(map(str, paths))
        raise EdgebertError(
            f"{names}: no record of a benchmark; edgebert benchmark BUNDLE -o FILE makes them"
        )
    return reading


def moment(time: str) -> datetime:
    """Return a record's time; one without a zone is taken as UTC.

    Raises:
        ValueError: it is not ISO 8601.

    """
    found = datetime.fromisoformat(time)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _read(path: Path, notes: list[str]) -> Iterator[tuple[int, Record, bytes]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EdgebertError(
            f"{path}: cannot be read ({error.strerror}); expected a file that edgebert benchmark "
            "wrote"
        ) from error
    lines = content.split(b"\n")
    for number, line in enumerate(lines, start=1):
        last = number == len(lines)
        if last and not line.strip():
            return
        try:
            yield number, decode_record(path, number, line, "give a file of records only"), line
        except EdgebertError:
            if not last or number == 1:
                raise
            notes.append(f"{path}: line {number} is cut off and left out; the writer was stopped")


def _check_values(path: Path, number: int, record: Record) -> None:
    """Check what JSON and the types allow, but no measurement can be.

    Raises:
        EdgebertError: names the value.

    """
    for name, ok, expected in _checks(record):
        if not ok:
            raise EdgebertError(
                f"{path}: line {number} has {name} that cannot be, expected {expected}; "
                "take the line out"
            )


def _checks(record: Record) -> Iterator[tuple[str, bool, str]]:
    """Yield (what, whether it can be, what can be)."""
    yield "a time", _is_time(record.origin.time), "ISO 8601"
    variant = record if not isinstance(record, Latency | Memory) else record.variant
    yield "a number of threads", variant.threads is None or variant.threads > 0, "1 or more"
    if isinstance(record, Latency | Memory):
        yield "a bucket", record.variant.bucket > 0, "1 token or more"
    if isinstance(record, Memory):
        sizes = (record.start_rss, record.peak_rss, record.peak_pss)
        yield "a memory", all(size is None or size >= 0 for size in sizes), "0 bytes or more"
    if isinstance(record, Latency):
        values = (*record.model_ms, *record.app_ms)
        times = bool(record.model_ms and record.app_ms)
        yield "latencies", times and all(0 < v <= LONGEST_MS for v in values), "milliseconds"
        cold = (record.load_ms, record.first_ms)
        yield "a cold time", all(0 <= v <= LONGEST_MS for v in cold), "milliseconds"
        yield "a repeat", record.repeat > 0, "1 or more"
        waited = record.waited
        yield "a wait", waited is None or 0 <= waited.seconds <= LONGEST_MS, "0 seconds or more"
        facts = record.facts
        yield "a size", facts is None or facts.size > 0, "1 byte or more"
        yield "a figure of accuracy", facts is None or _are_shares(record), "-1 to 1"
        for state in (record.before, record.after):
            yield (
                "conditions",
                _can_be(state),
                "ISO 8601, a load, degrees Celsius, joules",
            )


def _are_shares(record: Latency) -> bool:
    facts = record.facts
    assert facts is not None
    figures = facts.accuracy.figures if facts.accuracy else ()
    values = [v for f in figures for v in (f.fp32, f.value)]
    if facts.agreement is not None:
        values.append(facts.agreement.agreement)
    # A cosine in float32 may come out a rounding above 1.
    return all(abs(value) <= 1.001 for value in values)


def _can_be(state: Conditions) -> bool:
    degrees = all(COLDEST <= value <= HOTTEST for value in state.celsius.values())
    load = state.load is None or (math.isfinite(state.load) and state.load >= 0)
    energy = all(0 <= value <= MOST_JOULES for value in state.joules.values())
    return _is_time(state.time) and degrees and load and energy


def _is_time(text: str) -> bool:
    try:
        moment(text)
    except (ValueError, OverflowError):
        return False
    return True
