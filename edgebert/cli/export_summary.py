"""What `edgebert export` shows: progress while it works, and a table of what it made."""

import os
from collections.abc import Callable
from pathlib import Path

from msgspec import UNSET
from rich.console import Console
from rich.progress import Progress

from edgebert.bench.latency import measure_latency
from edgebert.bundle import Bundle
from edgebert.bundle.manifest import (
    FEATURE_EXTRACTION,
    INTENT_AND_SLOTS,
    MULTIPLE_CHOICE,
    Accuracy,
    Artifact,
    Fidelity,
)
from edgebert.cli.manifest_report import describe_half, describe_temperature
from edgebert.cli.output import print_line, print_table
from edgebert.cli.progress import add_bar, make_bars, shown_progress
from edgebert.exporter.job import run_export
from edgebert.exporter.recipe import Recipe, read_recipe

_AGREEMENTS = {
    FEATURE_EXTRACTION: "cosine",
    INTENT_AND_SLOTS: "share of texts with the same intent and tags",
    MULTIPLE_CHOICE: "correlation of the scores",
}


def export_with_progress(recipe: Recipe, output: Path) -> Bundle:
    """Run an export with its phases on standard error, and a bar where that is a terminal."""
    # A copy of standard error: the converters' own output is kept off the original meanwhile.
    with os.fdopen(os.dup(2), "w") as terminal, make_bars(Console(file=terminal)) as bars:
        return run_export(recipe, output, progress=_shown(bars))


def _shown(bars: Progress) -> Callable[[str, int, int], None]:
    """Return what shows a phase as a bar, and its end as a line."""
    bar = add_bar(bars)
    last = ""

    def show(phase: str, done: int, total: int) -> None:
        nonlocal last
        if phase.partition(":")[0] != last.partition(":")[0] and last:
            bars.console.print(f"[dim]{last.partition(':')[0]}: done[/dim]")
        last = phase
        bar(phase, done, total)

    return show


def print_summary(bundle: Bundle) -> None:
    """Print sizes, errors and latencies of a bundle's artifacts."""
    manifest = bundle.manifest
    ends = tuple(dict.fromkeys((manifest.buckets[0], manifest.buckets[-1])))
    with shown_progress() as progress:
        latency = measure_latency(
            bundle,
            buckets=ends,
            progress=lambda done, total: progress("measuring latency", done, total),
        )
    rows = []
    for artifact in manifest.artifacts:
        figures = _fidelity(bundle, artifact)
        rows.append(
            [
                artifact.backend,
                artifact.mode,
                f"{manifest.files[artifact.path].size / 1e6:.1f}",
                *(_figure_cells(figures)),
                *(f"{latency[artifact, bucket]:.1f}" for bucket in ends),
            ]
        )
    columns = [
        "backend",
        "precision",
        ">MB",
        ">max error",
        ">SNR dB",
        ">agreement",
        ">worst text",
        *(f">ms, {bucket} tokens" for bucket in ends),
    ]
    print_table(columns, rows, title=f"{bundle.root.name}: {manifest.task}")
    first = manifest.fidelity[0]
    others = "not calibrated on" if first.held_out else "that may have been calibrated on"
    measure = _AGREEMENTS.get(manifest.task, "share of equal top labels")
    if len(manifest.labels) == 1:  # a regression: one score a text, as multiple choice has
        measure = _AGREEMENTS[MULTIPLE_CHOICE]
    if manifest.label_threshold is not UNSET:
        measure = "share of texts with the same labels"
    print_line(
        f"Against the checkpoint in fp32, on {first.texts} texts {others}, worst bucket; "
        f"agreement is the {measure}. Latency: median on this machine."
    )
    if manifest.accuracy is not None:
        _print_accuracy(manifest.accuracy)
    for artifact in manifest.artifacts:
        if artifact.fp16 is not UNSET:
            print_line(describe_half(artifact, artifact.fp16))
    if manifest.temperature is not UNSET:
        for head in manifest.temperature.heads:
            print_line(describe_temperature(head, manifest.temperature))
    left = read_recipe(bundle.path(manifest.recipe)).fp32_sites
    if left:
        print_line(f"Left in fp32, {len(left)} sites: {', '.join(left)}.")
    if manifest.calibration is not None:
        c = manifest.calibration
        print_line(f"Calibrated on {c.texts} texts ({c.tokens} tokens) with observer {c.observer}.")
    print_line(f"Written: {bundle.root}")


def _print_accuracy(accuracy: Accuracy) -> None:
    """Print the task's main figure of every artifact, beside fp32's."""
    main = [figure for figure in accuracy.figures if figure.metric == accuracy.figures[0].metric]
    found = ", ".join(f"{f.backend} {f.mode} {100 * f.value:.2f}" for f in main)
    print_line(
        f"{main[0].metric} on {accuracy.rows} rows of {accuracy.data}: fp32 "
        f"{100 * main[0].fp32:.2f}, {found}."
    )


def _fidelity(bundle: Bundle, artifact: Artifact) -> list[Fidelity]:
    """Return an artifact's rows against the fp32 checkpoint."""
    return [
        row
        for row in bundle.manifest.fidelity
        if (row.backend, row.mode) == (artifact.backend, artifact.mode)
        and row.reference in ("torch", "fp32")
    ]


def _figure_cells(rows: list[Fidelity]) -> list[str]:
    return [
        f"{max(row.max_abs for row in rows):.2g}",
        f"{min(row.snr_db for row in rows):.1f}",
        f"{min(row.agreement for row in rows):.4f}",
        f"{min(row.worst for row in rows):.4f}",
    ]
