"""What the peers script found, as a table in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# In the table where the rows define them; the JSON has all figures.
SHOWN = ("exact_match", "intent_accuracy", "accuracy", "slot_f1")
_SUFFIXES = {"onnx": ".onnx", "litert": ".tflite", "executorch": ".pte"}


def table(measurement: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of one set's table in Markdown, figures in percent."""
    results = measurement["results"]
    figures = [name for name in SHOWN if results[0]["metrics"].get(name) is not None]
    titles = " | ".join(name.replace("_", " ") for name in figures)
    yield f"{measurement['title']}: {measurement['checkpoint']}, {measurement['rows']} test rows."
    yield ""
    yield f"| tool | settings | file | {titles} | same answer as fp32 | MB |"
    yield f"|---|---|---|{'---|' * len(figures)}---|---|"
    for result in results:
        cells = [result["tool"], result["settings"], _SUFFIXES.get(result["backend"], "")]
        if "error" in result:
            cells += [f"failed: `{result['error']}`", *[""] * (len(figures) + 1)]
        else:
            cells += [_figure(result, name) for name in figures]
            comparison, size = result["comparison"], result.get("bytes")
            agreement = None if comparison is None else comparison["agreement"]
            cells.append("" if agreement is None else f"{100 * agreement:.2f}")
            cells.append("" if size is None else f"{size / 1e6:.1f}")
        yield f"| {' | '.join(cells)} |"


def _figure(result: Mapping[str, Any], name: str) -> str:
    """The figure; then its difference from fp32 in points, in brackets its 95 % interval."""
    value, comparison = result["metrics"][name], result["comparison"]
    if value is None:
        return ""
    difference = None if comparison is None else comparison["differences"][name]
    if difference is None:
        return f"{100 * value:.2f}"
    points, low, high = (100 * difference[key] for key in ("value", "low", "high"))
    return f"{100 * value:.2f}, {points:+.2f} ({low:+.2f} to {high:+.2f})"
