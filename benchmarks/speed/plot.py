"""Draws instructions.svg: the ARM instructions of one inference, by artifact, from the records.

PYTHONPATH=tests:benchmarks:benchmarks/arm:benchmarks/quality python benchmarks/speed/plot.py
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from records import ARTIFACTS, HERE, INSTRUCTIONS, OWN, Artifact, Instructions, Key, read
from tables import PROCESSOR, SUFFIXES, model_order

PICTURE = HERE / "instructions.svg"
TOKENS = 128

_WIDTH, _ROW, _FOOT = 7.5, 0.2, 0.8  # inches
_COLOURS = {"ours": "#1b7f5c", "squeezebert": "#8a93a6", "bert": "#c9a227"}


@dataclass(frozen=True)
class Bar:
    """One row.

    Attributes:
        label: the model, file, tool and settings.
        millions: of instructions.
        kind: what it is coloured by: "ours", or the architecture.

    """

    label: str
    millions: float
    kind: str


def find_bars(
    artifacts: Iterable[Artifact], counts: Mapping[Key, Instructions]
) -> dict[str, list[Bar]]:
    """Return the bars of each size of model, the shortest first; what failed has none."""
    panels: dict[str, list[Bar]] = {}
    for artifact in sorted(artifacts, key=lambda a: model_order(a.model)):
        count = counts.get((artifact.model, artifact.name, TOKENS, PROCESSOR))
        if count is None or count.instructions is None or TOKENS not in artifact.takes:
            continue
        architecture, _, size = artifact.model.partition("-")
        kind = "ours" if (artifact.tool, architecture) == (OWN, "squeezebert") else architecture
        names = f"{artifact.tool} {artifact.settings} {SUFFIXES[artifact.backend]}"
        label = names if architecture == "squeezebert" else f"BERT: {names}"
        panels.setdefault(size, []).append(Bar(label, count.instructions / 1e6, kind))
    return {size: sorted(bars, key=lambda bar: bar.millions) for size, bars in panels.items()}


def draw(panels: Mapping[str, list[Bar]], path: Path) -> None:
    """Write the bars as an SVG.

    Args:
        panels: bars by size of the model; at least one.
        path: the file.

    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    heights = [len(bars) * _ROW + _FOOT for bars in panels.values()]
    # Without a salt and with a date every drawing would be another file; text stays text.
    style = {"svg.hashsalt": "edgebert", "svg.fonttype": "none", "font.size": 8}
    with mpl.rc_context(style):
        figure = Figure(figsize=(_WIDTH, sum(heights)), layout="constrained")
        grid = figure.add_gridspec(len(panels), 1, height_ratios=heights)
        for number, (size, bars) in enumerate(panels.items()):
            axes = figure.add_subplot(grid[number])
            places = range(len(bars))
            colours = [_COLOURS[bar.kind] for bar in bars]
            drawn = axes.barh(places, [bar.millions for bar in bars], color=colours)
            axes.bar_label(drawn, labels=[f"{bar.millions:,.0f}" for bar in bars], padding=2)
            axes.set_yticks(places, [bar.label for bar in bars])
            axes.invert_yaxis()
            axes.margins(x=0.1)
            axes.set_title(f"{size}, {TOKENS} tokens", loc="left")
            axes.set_xlabel(f"million instructions of one inference, {PROCESSOR}")
            axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(path, format="svg", metadata={"Date": None})


def main() -> None:
    """Draw what is on record."""
    panels = find_bars(read(Artifact, ARTIFACTS).values(), read(Instructions, INSTRUCTIONS))
    if panels:
        draw(panels, PICTURE)


if __name__ == "__main__":
    main()
