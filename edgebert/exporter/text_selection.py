"""Chooses the texts that ranges are observed on, and those that the artifacts are verified on."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import CalibrationTable, TextSample, read_texts, text_digest
from edgebert.exporter.recipe import Recipe

VERIFICATION_TEXTS = 64

# Tasks that have no meaning for a single text; text classification takes either.
NEEDS_PAIRS = frozenset({"question-answering", "multiple-choice"})


@dataclass(frozen=True)
class Texts:
    """The texts of one export.

    Attributes:
        source: where they are from, for messages.
        calibration: texts to observe ranges on; none where no file was given.
        verification: texts to compare artifacts with the graphs on.
        held_out: whether the two have no text in common.
    """

    source: str
    calibration: tuple[TextSample, ...]
    verification: tuple[TextSample, ...]
    held_out: bool


def choose_texts(recipe: Recipe, pairs: bool) -> Texts:
    """Read and divide the recipe's texts.

    Where the file has enough texts, those to verify on are taken from the ones not calibrated on.
    Without a file, the artifacts are verified on everyday English sentences of our own.

    Args:
        recipe: names the file and its fields.
        pairs: whether the task takes pairs of texts.

    Raises:
        EdgebertError: the file cannot be read as texts.
    """
    if recipe.calibration is None:
        path = Path(str(files("edgebert.exporter") / "texts" / "everyday.txt"))
        own = read_texts(path)
        if pairs:
            own = [TextSample(a.text, b.text) for a, b in zip(own[::2], own[1::2], strict=False)]
        return Texts(path.name, (), _spread(own, VERIFICATION_TEXTS), held_out=True)
    samples = read_texts(Path(recipe.calibration), field=recipe.field, pair_field=recipe.pair_field)
    _check_pairs(recipe, samples, pairs)
    calibration = _spread(samples, recipe.calibration_texts)
    chosen = set(calibration)
    rest = [sample for sample in samples if sample not in chosen]
    held_out = len(rest) >= VERIFICATION_TEXTS
    verification = _spread(rest if held_out else calibration, VERIFICATION_TEXTS)
    return Texts(Path(recipe.calibration).name, calibration, verification, held_out)


def _check_pairs(recipe: Recipe, samples: Sequence[TextSample], pairs: bool) -> None:
    """Check that the texts are what the task takes: single ones, pairs, or either.

    Raises:
        EdgebertError: they are not.
    """
    paired = sum(sample.pair is not None for sample in samples)
    if recipe.task in NEEDS_PAIRS and paired < len(samples):
        raise EdgebertError(
            f"{recipe.calibration}: {len(samples) - paired} of its {len(samples)} texts have no "
            f"second text, and {recipe.task} takes pairs; give .jsonl or .csv with two fields and "
            "name them by --field and --pair-field"
        )
    if paired and not pairs:
        raise EdgebertError(
            f"{recipe.calibration}: has pairs of texts, but {recipe.task} takes single ones; name "
            "the field of the texts by --field"
        )


def held_out_of(texts: Texts, table: CalibrationTable | None) -> bool:
    """Tell whether the verification texts are known to be others than those a table is made of.

    A table that was passed in may be made of any texts; only their digest is known.
    """
    if table is None:
        return True
    return texts.held_out and table.text_sha256 == text_digest(texts.calibration)


def _spread(samples: Sequence[TextSample], count: int) -> tuple[TextSample, ...]:
    """Take so many samples, evenly from the whole."""
    count = min(count, len(samples))
    return tuple(samples[number * len(samples) // count] for number in range(count))
