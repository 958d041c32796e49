"""The course of a training as a picture: losses and validation figures by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CURVE_NAME = "training.svg"

_WIDTH, _HEIGHT = 5.0, 3.4  # inches a panel
_MARK = "eval_"
_LOSSES = ("loss", "hidden", "relation")


def draw_curves(path: Path, histories: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Draw the losses of every stage, and beside them the figures of its validation data.

    Args:
        path: the SVG file to write.
        histories: by stage, what transformers' Trainer logged.

    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    panels = [panel for stage, history in histories.items() for panel in _panels(stage, history)]
    # Without a salt and with a date every drawing would be another file.
    with mpl.rc_context({"svg.hashsalt": "edgebert", "font.size": 9}):
        figure = Figure(figsize=(_WIDTH * len(panels), _HEIGHT), layout="constrained")
        for number, (title, unit, lines) in enumerate(panels, start=1):
            axes = figure.add_subplot(1, len(panels), number)
            for name, points in lines.items():
                marker = "o" if len(points) < 30 else None
                axes.plot(*zip(*points, strict=True), label=name, marker=marker, markersize=3)
            axes.set(title=title, xlabel="step", ylabel=unit)
            axes.grid(alpha=0.3)
            axes.legend()
        figure.savefig(path, format="svg", metadata={"Date": None})


def validation_points(history: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[int, float]]]:
    """Return the validation figures of a history: (step, value) by name."""
    points: dict[str, list[tuple[int, float]]] = {}
    for entry in history:
        for name, value in entry.items():
            if name.startswith(_MARK):
                points.setdefault(name.removeprefix(_MARK), []).append((entry["step"], value))
    return points


_Lines = dict[str, list[tuple[int, float]]]


def _panels(stage: str, history: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, _Lines]]:
    """Return title, unit and lines of a stage's panels that have lines."""
    losses: _Lines = {"training": [(e["step"], e["loss"]) for e in history if "loss" in e]}
    figures: _Lines = {}
    for name, points in validation_points(history).items():
        if name in _LOSSES:
            losses[f"validation: {name}"] = points
        else:
            figures[name.replace("_", " ")] = [(step, 100 * value) for step, value in points]
    found = [(f"{stage}: loss", "loss", losses), (f"{stage}: validation", "%", figures)]
    return [
        (title, unit, {name: points for name, points in lines.items() if points})
        for title, unit, lines in found
        if any(lines.values())
    ]
