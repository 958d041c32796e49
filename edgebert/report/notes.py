"""Lines that say what figures are worth: who else used the machine, heat, unequal repeats."""

from collections.abc import Sequence
from statistics import median

from edgebert.bench.protocol import Sample
from edgebert.report.comparisons import Group

BUSY = 0.5
"""Share of the usable cores that others may keep busy before a line says so."""

UNEQUAL = 0.1
"""How far medians of two repeats of one variant may differ before a line says so."""

HEATING = 10.0  # degrees
SLOWER = 0.1  # share of a core's clock


def notes_of(group: Group) -> tuple[str, ...]:
    """Return the lines of a group; none where nothing stands out."""
    looks = (_busy, _unequal, _few, _heated, _slowed, _held_back, _too_hot)
    found = [look(group) for look in looks]
    return tuple(line for line in found if line is not None)


def describe_difference(group: Group, earlier: Sequence[Group]) -> str | None:
    """Say why a group is no part of an earlier one of the same bundle on the same device."""
    for number, other in enumerate(earlier, start=1):
        here, there = group.origin, other.origin
        if (here.target, here.bundle) != (there.target, there.bundle):
            continue
        for record in group.records:
            found = other.difference(record)
            if found is not None:
                what, that, this = found
                if isinstance(this, Sample):
                    return f"Not compared with section {number}: measured with another {what}."
                return f"Not compared with section {number}: {what} is {this}, there {that}."
    return None


def _busy(group: Group) -> str | None:
    """Look at the load before each run's first repeat, which is none of its own making."""
    cores = group.origin.machine.cpu.threads
    loads = []
    for run in group.runs:
        records = [r for r in group.latencies if r.origin.run == run]
        first = min(records, key=lambda record: record.repeat, default=None)
        if first is not None and first.before.load is not None:
            loads.append(first.before.load)
    highest = max(loads, default=0.0)
    if highest <= BUSY * cores:
        return None
    return (
        f"Something else was using the machine: a load of {highest:g} on {cores} usable cores "
        "before it began, so times may be too long and too scattered."
    )


def _unequal(group: Group) -> str | None:
    worst, where = 0.0, ""
    for variant in dict.fromkeys(record.variant for record in group.latencies):
        medians = [median(r.model_ms) for r in group.latencies if r.variant == variant]
        spread = max(medians) / min(medians) - 1
        if spread > worst:
            worst, where = spread, str(variant)
    if worst <= UNEQUAL:
        return None
    return (
        f"Repeats differ by up to {worst:.0%} ({where}): the truth may lie further out than the "
        "intervals, which take all repeats as one sample."
    )


def _few(group: Group) -> str | None:
    counts = [
        len({(r.origin.run, r.repeat) for r in group.latencies if r.variant == variant})
        for variant in dict.fromkeys(record.variant for record in group.latencies)
    ]
    if not counts or min(counts) == max(counts):
        return None
    return (
        f"Variants have between {min(counts)} and {max(counts)} repeats: the benchmark was "
        "stopped, or measured more later; the same command goes on where it was."
    )


def _heated(group: Group) -> str | None:
    rises = [
        (record.after.celsius[name] - value, name)
        for record in group.latencies
        for name, value in record.before.celsius.items()
        if name in record.after.celsius
    ]
    rise, name = max(rises, default=(0.0, ""))
    if rise < HEATING:
        return None
    return f"The device became {rise:.0f} degrees hotter within one repeat ({name})."


def _held_back(group: Group) -> str | None:
    names = [
        name
        for record in group.latencies
        for state in (record.before, record.after)
        for name in state.throttling
    ]
    if not names:
        return None
    return f"The device says that it was held back: {', '.join(dict.fromkeys(names))}."


def _too_hot(group: Group) -> str | None:
    repeats = {
        (record.origin.run, record.repeat): record.waited.seconds
        for record in group.latencies
        if record.waited is not None and record.waited.too_hot
    }
    if not repeats:
        return None
    return (
        f"Repeats that began hotter than --max-temp allows: {len(repeats)}; up to "
        f"{max(repeats.values()):.0f} s of waiting did not help."
    )


def _slowed(group: Group) -> str | None:
    """Compare the fastest core before and after: the others may just be at rest."""
    losses = [
        1 - max(record.after.megahertz) / max(record.before.megahertz)
        for record in group.latencies
        if record.before.megahertz and record.after.megahertz and max(record.before.megahertz) > 0
    ]
    worst = max(losses, default=0.0)
    if worst <= SLOWER:
        return None
    return (
        f"The fastest core's clock was {worst:.0%} lower after a repeat than before it: the "
        "device may have been throttled."
    )
