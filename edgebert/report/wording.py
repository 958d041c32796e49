"""Numbers, names and sentences as every form of a report has them."""

from edgebert.bench.environment import Machine
from edgebert.bench.protocol import Origin, Variant
from edgebert.bench.results import Result
from edgebert.report.choice import Candidate, Choice, Loss, counted
from edgebert.report.report import Report, Section

DIGEST_SHOWN = 12
TIES_NAMED = 3


def milliseconds(value: float) -> str:
    """Show three digits of a time, as many as repeats agree on at best."""
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:.{decimals}f}"


def megabytes(size: int | None) -> str:
    """Show bytes in millions; nothing for what is not known."""
    return "" if size is None else f"{size / 1e6:.1f}"


def threads_of(variant: Variant | Candidate) -> str:
    """Name a number of threads."""
    if variant.threads is None:
        return "its own threads"
    return counted(variant.threads, "thread")


def metric_name(metric: str) -> str:
    """Name a figure for people: macro_f1 is macro F1."""
    words = metric.replace("_", " ").replace("f1", "F1")
    return "agreement with fp32" if metric == "agreement" else words


def figure_of(loss: Loss | None) -> str:
    """Show a figure and what is lost; nothing where it is not known."""
    if loss is None:
        return ""
    if loss.metric == "agreement":
        return f"{metric_name(loss.metric)} {loss.value:.4f}"
    side = "below" if loss.points >= 0 else "above"
    return (
        f"{metric_name(loss.metric)} {100 * loss.value:.2f} %, {abs(loss.points):.2f} points "
        f"{side} fp32"
    )


def describe_device(target: str, machine: Machine) -> str:
    """Describe a device: its name, what it is, and its instructions for int8."""
    cpu = machine.cpu
    board = f"{cpu.board}, " if cpu.board else ""
    has = [name for name, there in cpu.features.items() if there]
    return (
        f"{target}: {board}{cpu.model}, {cpu.threads} threads to use, "
        f"{' '.join(has) or 'no int8 instructions known'}, {machine.system}"
    )


def bundle_of(section: Section) -> str:
    """Name a bundle: its model and task where they are known, and its digest."""
    digest = f"bundle {section.origin.bundle[:DIGEST_SHOWN]}"
    return f"{section.model}, {section.task}, {digest}" if section.model else digest


def title_of(section: Section) -> str:
    """Name a section."""
    name = section.model or f"bundle {section.origin.bundle[:DIGEST_SHOWN]}"
    return f"{section.number}. {name} on {section.origin.target}"


def method_of(origin: Origin) -> str:
    """Say how it was measured."""
    method = origin.method
    return (
        f"{method.iterations} inferences a process after at least {method.warm_ups} and "
        f"{method.settle_ms:g} ms that do not count, {method.turn} a turn"
    )


def accuracy_line(section: Section) -> str:
    """Say where the figures of accuracy come from, or plainly that there are none."""
    for row in section.rows:
        facts = row.facts
        if facts is not None and facts.accuracy is not None:
            return (
                f"Accuracy: {facts.accuracy.rows} labelled rows of {facts.accuracy.data}, "
                "measured when the bundle was exported."
            )
    for row in section.rows:
        facts = row.facts
        if facts is not None and facts.agreement is not None:
            held_out = ", not calibrated on" if facts.agreement.held_out else ""
            return (
                "Accuracy: not measured; there were no labelled rows when the bundle was exported. "
                f"In its place the agreement with fp32 on {facts.agreement.texts} texts{held_out}, "
                "where it is lowest."
            )
    return (
        "Accuracy: not known; the records hold no figure. Give the bundle (--bundle) if it has "
        "any, or ask edgebert evaluate."
    )


def sentence_of(section: Section) -> str:
    """Say which artifact to ship and why, or why none can be named."""
    choice, target = section.choice, section.origin.target
    if choice.chosen is None:
        return f"On {target} nothing can be recommended: {_why_none(choice)}."
    chosen = choice.chosen
    name = chosen.facts.path if chosen.facts else f"the {chosen.mode} artifact of {chosen.engine}"
    size = f", {megabytes(chosen.facts.size)} MB" if chosen.facts else ""
    version = section.engines[chosen.engine]
    figure = figure_of(chosen.loss) or "it is fp32 and loses nothing by rounding"
    return (
        f"On {target}, ship {name}: {chosen.engine} {version} with {threads_of(chosen)} "
        f"{_rank(choice)}, {_times(chosen.results)}{size}; {figure}."
    )


def _rank(choice: Choice) -> str:
    if choice.candidates == 1:
        return "is the only one within the gate"
    if not choice.tied:
        return f"is the fastest of {choice.candidates} combinations within the gate"
    others = ", ".join(f"{c.engine} {c.mode} ({threads_of(c)})" for c in choice.tied[:TIES_NAMED])
    more = len(choice.tied) - TIES_NAMED
    if more > 0:
        others += f" and {more} more"
    return (
        f"is as fast as {others}, the fastest of {choice.candidates} combinations within the gate, "
        "and has the smallest file, or of one file needs the fewest threads"
    )


def _times(results: tuple[Result, ...]) -> str:
    parts = []
    for result in results:
        ratio = result.of_fp32
        of_fp32 = "" if ratio is None else f" ({ratio.median:.2f} of fp32's time)"
        tokens = result.variant.bucket
        parts.append(f"{milliseconds(result.model.median)} ms at {tokens} tokens{of_fp32}")
    return ", ".join(parts)


def reasons_of(choice: Choice) -> list[str]:
    """Say what was not among those to choose from, a line a reason."""
    together: dict[str, list[str]] = {}
    for name, reason in choice.excluded.items():
        together.setdefault(reason, []).append(name)
    return [f"{', '.join(names)}: {reason}" for reason, names in together.items()]


def _why_none(choice: Choice) -> str:
    return "; ".join(reasons_of(choice)) or "no latency was recorded"


def overview_of(report: Report) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return columns and rows of a table with one row a section: what to ship on each device."""
    columns = (">section", "device", "ship", ">threads", ">ms", ">peak MB", ">file MB", "bundle")
    rows: list[tuple[str, ...]] = []
    for section in report.sections:
        chosen = section.choice.chosen
        if chosen is None:
            cells = ("nothing", "", "", "", "")
        else:
            peaks = [r.peak_rss for r in chosen.results if r.peak_rss is not None]
            cells = (
                f"{chosen.engine} {chosen.mode}",
                "its own" if chosen.threads is None else str(chosen.threads),
                milliseconds(chosen.score),
                f"{max(peaks) / 1e6:.0f}" if peaks else "",
                megabytes(chosen.facts.size if chosen.facts else None),
            )
        rows.append((str(section.number), section.origin.target, *cells, bundle_of(section)))
    return columns, rows
