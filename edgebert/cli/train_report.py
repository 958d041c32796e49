"""What `edgebert train` shows: a table of what came out."""

from pathlib import Path

from edgebert.cli.output import print_line, print_table
from edgebert.training.job import Training


def print_training(training: Training, output: Path) -> None:
    """Print a row for each stage, and the figures of the stored weights."""
    record = training.record
    rows = [
        (
            name,
            f"{stage['rows']:,}",
            f"{stage['steps']:,}",
            f"{stage['seconds']:,.0f}",
            "-" if stage["rows_per_second"] is None else f"{stage['rows_per_second']:,.0f}",
            _figures(stage["validation"]),
        )
        for name, stage in record["stages"].items()
    ]
    columns = ("stage", ">rows", ">steps", ">seconds", ">rows/s", "validation")
    print_table(columns, rows, title=f"{output.name}: on {record['device']['name']}")
    resumed = [n for n, stage in record["stages"].items() if stage["resumed_at_step"]]
    if resumed:
        print_line(f"Resumed: {', '.join(resumed)}; seconds are those of the last process.")
    if record["limit"] is not None:
        print_line(f"A trial on {record['limit']} rows of each file: its figures mean little.")
    weights = record["recipe"]["weights"]
    if record["result"]["validation"]:
        print_line(f"As stored ({weights}): {_figures(record['result']['validation'])}")
    size = (output / "model.safetensors").stat().st_size / 1e6
    print_line(f"Written: {output} ({size:.1f} MB of weights, curves in training.svg)")


def _figures(values: dict[str, float]) -> str:
    """Write losses as they are, and everything else in percent."""
    return ", ".join(
        f"{name.replace('_', ' ')} {value:.4f}"
        if name in ("loss", "hidden", "relation")
        else f"{name.replace('_', ' ')} {100 * value:.2f}"
        for name, value in values.items()
    )
