"""Writing all files that the recipes of export/training name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from edgebert.training.datasets.assistant import out_of_scope_rows
from edgebert.training.datasets.clinc150 import PARTS, read_clinc150
from edgebert.training.datasets.distillation import COMMANDS, FILES, distinct_texts
from edgebert.training.datasets.hwu64 import read_hwu64
from edgebert.training.datasets.rows import LabelledText, split_off, write_rows, write_text
from edgebert.training.datasets.snips import read_snips, without_copies

# HWU64 has no validation part of its own.
_VALIDATION_SHARE = 0.1
# Of each intent of CLINC150 that is out of scope; in training no more, or HWU64's would drown.
_FOREIGN_ROWS = {"train": 20, "validation": 4, "test": None}

_Parts = Mapping[str, Sequence[LabelledText]]


def prepare(source: Path, output: Path) -> dict[str, int]:
    """Write the data sets.

    Args:
        source: the folder with the sets as published, see the package.
        output: the folder for the files.

    Returns:
        How many rows or texts each file has.

    Raises:
        EdgebertError: a file of a set is missing or is not what it should be.

    """
    clinc150 = {part: read_clinc150(source / "clinc150" / "data_full.json", part) for part in PARTS}
    snips = {part: read_snips(source / "snips", part) for part in PARTS}
    snips["test"] = without_copies(snips["test"], snips["train"])
    hwu64_train = read_hwu64(source / "hwu64" / "train.json")
    train, validation = split_off(hwu64_train, _VALIDATION_SHARE)
    hwu64 = {
        "train": train,
        "validation": validation,
        "test": read_hwu64(source / "hwu64" / "test.json"),
    }
    assistant = {
        part: [*rows, *out_of_scope_rows(clinc150[part], _FOREIGN_ROWS[part])]
        for part, rows in hwu64.items()
    }
    sets: dict[str, _Parts] = {"assistant": assistant, "clinc150": clinc150, "snips": snips}
    counts = {}
    for name, parts in sets.items():
        for part, rows in parts.items():
            file = f"{name}/{part}.jsonl"
            counts[file] = write_rows(output / file, rows)
    training = [row.text for parts in sets.values() for row in parts["train"]]
    testing = [
        row.text
        for parts in sets.values()
        for part in PARTS
        if part != "train"
        for row in parts[part]
    ]
    texts = {
        "distillation.txt": distinct_texts(source, FILES, training, testing),
        "assistant/commands.txt": distinct_texts(source, COMMANDS, (), [*training, *testing]),
    }
    for file, lines in texts.items():
        write_text(output / file, "".join(f"{line}\n" for line in lines))
        counts[file] = len(lines)
    return counts
