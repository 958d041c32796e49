"""What `edgebert sensitivity` shows people: the whole, the worst sites, layers and kinds."""

from collections.abc import Sequence

from edgebert.cli.evaluation_report import NAMES
from edgebert.cli.output import print_line, print_table
from edgebert.exporter.sensitivity import Analysis, Damage, PartDamage, worst_sites


def print_analysis(analysis: Analysis, limit: int) -> None:
    """Print an analysis.

    Args:
        analysis: what to show.
        limit: how many sites.
    """
    found = analysis.sensitivity
    unit = "rows" if found.fp32_metrics else "texts"
    others = ", not calibrated on" if analysis.held_out else ""
    print_line(f"{analysis.model}, {analysis.task}: {found.mode} int8", style="bold")
    print_line(f"{found.texts} {unit} ({found.tokens} tokens) of {analysis.data}{others}")
    whole = found.everything
    print_line(
        f"everything quantised: deviation {_percent(whole.deviation)} % of the answers' length, "
        f"SNR {whole.snr_db:.1f} dB, agreement {whole.agreement:.4f}, "
        f"worst cosine {whole.worst_cosine:.4f}"
    )
    for name, value in found.fp32_metrics.items():
        drop = whole.drops[name]
        print_line(
            f"{NAMES.get(name, name)}: {_points(value)} in fp32, drop {_points(drop)} points"
        )
    print_line("")
    _print_parts("site", worst_sites(found, limit), f"worst of {len(found.sites)} sites")
    _print_parts("layer", found.layers, "by layer")
    _print_parts("kind", found.kinds, "by kind of site")
    if found.kept:
        print_line(f"Left in fp32 anyway: {', '.join(found.kept)}.")
    print_line(
        "Alone: only this is quantised; without: all but this is. Deviations, shares and reliefs "
        "in %; edgebert sensitivity --help explains the columns."
    )


def _print_parts(name: str, parts: Sequence[PartDamage], title: str) -> None:
    """Print a row a part, in the order given."""
    metrics = list(parts[0].only.drops)[:1] if parts else []  # the task's main figure
    columns = [name, ">alone", ">share", ">agreement"]
    columns += [f">{NAMES.get(metric, metric)} drop" for metric in metrics]
    columns += [">without", ">relief"]
    columns += [f">{NAMES.get(metric, metric)} drop without" for metric in metrics]

    def drops(damage: Damage) -> list[str]:
        return [_points(damage.drops[metric]) for metric in metrics]

    rows = (
        (
            part.name,
            _percent(part.only.deviation),
            f"{100 * part.share:.1f}",
            f"{part.only.agreement:.4f}",
            *drops(part.only),
            _percent(part.without.deviation),
            f"{100 * part.relief:z.1f}",
            *drops(part.without),
        )
        for part in parts
    )
    print_table(columns, rows, title=title)


def _percent(value: float) -> str:
    return f"{100 * value:#.3g}".rstrip(".")


def _points(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:z.2f}"
