"""What the pictures show: made-up answers and figures, worded by the app's own strings."""

from collections.abc import Mapping

import svg
from app_resources import AppResources
from views import Shown

MODEL = ("intents", "intent-and-slots", "executorch", "static")
ASKED = (
    ("Wake me at seven tomorrow.", "alarm_set", "98.2%", (("time: seven", "97.4%"),), "6.12"),
    ("Play some jazz in the kitchen.", "play_music", "95.9%", (("genre: jazz", "93.0%"),), "6.20"),
)
# Name, median and interval of a bar, in ms.
BARS = (
    ("executorch", "static", 6.1, 5.9, 6.4),
    ("executorch", "fp32", 14.8, 14.3, 15.6),
    ("litert", "static", 6.6, 6.2, 7.1),
)
END_MS = 20
STEP_MS = 5
BUCKET = 32


def chat(resources: AppResources) -> Mapping[str, Shown]:
    """Two commands with their intents and slots."""
    rows = [
        (
            "item_turn",
            {
                "question": Shown(question),
                "headline": Shown(intent),
                "confidence": Shown(resources.text("confidence", sure)),
                "details": Shown(
                    "\n".join(resources.text("detail_scored", *detail) for detail in details)
                ),
                "latency": Shown(resources.text("latency", milliseconds, 9, BUCKET)),
            },
        )
        for question, intent, sure, details, milliseconds in ASKED
    ]
    return {
        "status": Shown(resources.text("model_ready", *MODEL)),
        "turns": Shown(rows=tuple(rows)),
        "empty": Shown(visible=False),
    }


def damaged(resources: AppResources) -> Mapping[str, Shown]:
    """A bundle with a file that is not the exported one."""
    problem = (
        "intents/model.static.pte: has SHA-256 5d1f0c9e22ab, expected 8a31b7c04e5f; it is not the "
        "file that was exported: copy or export the bundle again"
    )
    return {"status": Shown(problem, color="problem")}


def settings(resources: AppResources) -> Mapping[str, Shown]:
    """A bundle with its engine, bucket and threads."""
    facts = resources.text("bundle_facts", MODEL[1], "squeezebert-uncased", "apache-2.0", 61)
    return {
        "bundle": Shown(MODEL[0]),
        "facts": Shown(facts),
        "runner": Shown(resources.text("runner_of", *MODEL[2:])),
        "bucket": Shown(resources.text("automatic")),
        "threads": Shown("2"),
    }


def benchmark(resources: AppResources) -> Mapping[str, Shown]:
    """A run that has ended."""
    rows = [
        resources.text("row_memory", resources.text("row", _name(resources, bar), *figures), memory)
        for bar, figures, memory in zip(
            BARS,
            (
                ("6.10", "5.90", "6.40", "5.81", "38.2"),
                ("14.8", "14.3", "15.6", "14.5", "61.0"),
                ("6.60", "6.20", "7.10", "6.25", "44.7"),
            ),
            (142, 231, 150),
            strict=True,
        )
    ]
    return {
        "status": Shown(resources.text("finished")),
        "chart": Shown(visible=True, height=_chart_height(resources), draw=_chart(resources)),
        "results": Shown("\n\n".join(rows), visible=True),
        "share": Shown(visible=True),
    }


def measuring(resources: AppResources) -> Mapping[str, Shown]:
    """A run that is under way."""
    step = resources.text("running", resources.text("step_latency"), 3, 7)
    return {
        "start": Shown(resources.text("stop")),
        "progress": Shown(visible=True, share=0.37),
        "status": Shown(step),
    }


def _name(resources: AppResources, bar: tuple[str, str, float, float, float]) -> str:
    return resources.text("variant", bar[0], bar[1], BUCKET)


def _row_height(resources: AppResources) -> float:
    sizes = resources.dimensions
    return sizes["text_small"] * svg.LINE + sizes["bar"] + sizes["gap"]


def _chart_height(resources: AppResources) -> float:
    sizes = resources.dimensions
    return len(BARS) * _row_height(resources) + sizes["text_small"] * svg.LINE + sizes["gap"]


def _chart(resources: AppResources):
    """Draw the bars as ChartView.kt does."""
    colors, size = resources.colors, resources.dimensions["text_small"]

    def draw(x: float, y: float, width: float) -> list[str]:
        row, scale = _row_height(resources), width / END_MS
        bottom = y + len(BARS) * row
        shapes = [
            svg.line(x + tick * scale, y, x + tick * scale, bottom, colors["grid"])
            for tick in range(0, END_MS + 1, STEP_MS)
        ]
        for number, bar in enumerate(BARS):
            top = y + number * row
            high = resources.dimensions["bar"]
            begin = top + size * svg.LINE
            middle = begin + high / 2
            shapes += [
                svg.text(x, top + size * svg.ASCENT, _name(resources, bar), size, colors["text"]),
                svg.box(x, begin, round(bar[2] * scale, 1), high, colors["accent"]),
                svg.line(
                    round(x + bar[3] * scale, 1),
                    middle,
                    round(x + bar[4] * scale, 1),
                    middle,
                    colors["text"],
                    2,
                ),
            ]
        last = resources.text("tick", f"{END_MS:.1f}")
        base = bottom + size * svg.LINE
        right = round(x + width - svg.width_of(last, size), 1)
        return [
            *shapes,
            svg.text(x, base, resources.text("tick", "0.00"), size, colors["text"]),
            svg.text(right, base, last, size, colors["text"]),
        ]

    return draw
