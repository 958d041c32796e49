"""What tests of `edgebert export` start from: a small checkpoint, texts, and arguments."""

from pathlib import Path

from fixtures_checkpoints import write_checkpoint

TEXTS = "".join(f"turn on the light {number}\n" for number in range(100))


def write_shelf(folder: Path) -> Path:
    """Write a checkpoint and calibration texts into a folder."""
    write_checkpoint(
        folder / "checkpoint", "SqueezeBertForTokenClassification", num_hidden_layers=1
    )
    (folder / "texts.txt").write_text(TEXTS)
    return folder


def arguments(shelf: Path, output: Path, *more: object, **changes: object) -> list[str]:
    """Return the arguments of an export; a change to None leaves an option out."""
    options = {
        "task": "token-classification",
        "calibration": shelf / "texts.txt",
        "calibration-texts": 16,
        "backend": "onnx",
        "bucket": 12,
        "output": output,
    } | {name.replace("_", "-"): value for name, value in changes.items()}
    pairs = [(f"--{name}", str(value)) for name, value in options.items() if value is not None]
    return ["export", *(part for pair in pairs for part in pair), *map(str, more)]


def tree(folder: Path) -> dict[str, bytes]:
    """Return everything below a folder, hidden files too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }
