"""Every reader of a file that somebody else may have made, as a function of a path."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from edgebert.errors import EdgebertError

SEEDS = Path(__file__).parent / "seeds"
FORMATS = Path(__file__).parents[2] / "tests" / "bundle" / "formats"


@dataclass(frozen=True)
class Reader:
    """A reader.

    Attributes:
        file: what the file is called; its end may decide how it is read.
        read: reads it; imports what it needs, so that a process loads what it fuzzes and no more.
        folder: has small files to begin from, and those that went wrong once.

    """

    file: str
    read: Callable[[Path], object]
    folder: Path

    def seeds(self) -> Iterator[bytes]:
        """Yield what to begin from."""
        for path in sorted(self.folder.iterdir()):
            yield path.read_bytes()

    def try_on(self, content: bytes, folder: Path) -> bool:
        """Read some bytes as a file.

        Returns:
            Whether they were taken; if not, it was said in one line.

        Raises:
            Exception: any other end, which is a finding.

        """
        path = folder / self.file
        path.write_bytes(content)
        try:
            self.read(path)
        except EdgebertError as error:
            if "\n" in str(error):
                raise AssertionError(f"more than one line: {error!r}") from error
            return False
        return True


def _manifest(path: Path) -> None:
    from edgebert.bundle import open_bundle

    open_bundle(path.parent)


def _self_test(path: Path) -> None:
    from edgebert.bundle.hashing import record_of
    from edgebert.bundle.manifest import SelfTest
    from edgebert.bundle.reading import Bundle
    from edgebert.bundle.stored_output import deviation
    from edgebert.bundle.validation import decode_manifest

    seed = next(READERS["manifest"].seeds())
    manifest = decode_manifest(seed, "seed")
    manifest.files["self_test.json"] = record_of(path)
    found: SelfTest = Bundle(path.parent, manifest).self_test()
    import numpy as np

    for vector in found.vectors:
        for outputs in vector.expected.values():
            for output in outputs:
                deviation(np.zeros((1, 4), np.float32), output)


def _signature(path: Path) -> None:
    from edgebert.bundle.signature import read_signature

    read_signature(path.parent)


def _public_key(path: Path) -> None:
    from edgebert.bundle.signing_keys import read_public_key

    read_public_key(path)


def _vocabulary(path: Path) -> None:
    from edgebert.text import TokenizerConfig, WordPieceTokenizer, load_vocabulary

    tokenizer = WordPieceTokenizer(load_vocabulary(path), TokenizerConfig())
    tokenizer.encode("Turn on the kitchen lights, s'il vous plaît!", max_length=32)


def _recipe(path: Path) -> None:
    from edgebert.exporter.recipe import read_recipe

    read_recipe(path)


def _training(path: Path) -> None:
    from edgebert.training.recipe import read_training_recipe

    read_training_recipe(path)


def _fleet(path: Path) -> None:
    from edgebert.bench.fleet import read_fleet

    read_fleet(path)


def _assistant(path: Path) -> None:
    from edgebert.assistant.config import read_config

    read_config(path)


def _texts(path: Path) -> None:
    from edgebert.exporter.calibration.texts import read_texts

    for _ in read_texts(path):
        pass


def _table(path: Path) -> None:
    from edgebert.exporter.calibration.table_file import read_table

    read_table(path)


def _records(path: Path) -> None:
    from edgebert.report.reading import read_records

    read_records([path])


def _artifact(path: Path) -> None:
    from edgebert.inspection import inspect_file

    inspect_file(path)


_FILES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "manifest": ("manifest.json", _manifest),
    "self-test": ("self_test.json", _self_test),
    "signature": ("manifest.json.sig", _signature),
    "public-key": ("key.pub", _public_key),
    "vocabulary": ("vocab.txt", _vocabulary),
    "recipe": ("recipe.toml", _recipe),
    "training-recipe": ("training.toml", _training),
    "fleet": ("fleet.toml", _fleet),
    "assistant": ("assistant.toml", _assistant),
    "texts-txt": ("texts.txt", _texts),
    "texts-jsonl": ("texts.jsonl", _texts),
    "texts-csv": ("texts.csv", _texts),
    "table": ("calibration.json", _table),
    "records": ("results.jsonl", _records),
    "pte": ("model.pte", _artifact),
    "tflite": ("model.tflite", _artifact),
    "onnx": ("model.onnx", _artifact),
}
READERS = {
    name: Reader(file, read, FORMATS if name == "manifest" else SEEDS / name)
    for name, (file, read) in _FILES.items()
}


def scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """Make a folder for the files that are tried, in memory where the system has such a place."""
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
