"""Chooses the texts that ranges are observed on, and those that the artifacts are verified on."""

from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import (
    CalibrationTable,
    TextSample,
    draw_texts,
    read_texts,
    text_digest,
)
from edgebert.exporter.recipe import Recipe
from edgebert.tasks import NEEDS_PAIRS, PAIR_TASKS

VERIFICATION_TEXTS = 64

# Everyday English sentences, written for this project.
OWN_TEXTS = "everyday.txt"

# The place of the masked word in texts for masked language models, counted from 0.
MASKED_WORD = 2


@dataclass(frozen=True)
class Texts:
    """The texts of one export.

    Attributes:
        source: where they are from, for messages.
        drawn: what was drawn from the user's file; nothing without one.
        calibration: texts to observe ranges on; none where no file was given.
        verification: texts to compare artifacts with the graphs on.
        held_out: whether the two have no text in common.
    """

    source: str
    drawn: tuple[TextSample, ...]
    calibration: tuple[TextSample, ...]
    verification: tuple[TextSample, ...]
    held_out: bool

    def first(self, count: int) -> "Texts":
        """Keep only so many texts to verify on."""
        kept = self.verification[:count]
        return replace(self, verification=kept, held_out=not set(kept) & set(self.calibration))


def choose_texts(recipe: Recipe, mask: str | None = None) -> Texts:
    """Read and divide the recipe's texts.

    Those to verify on are taken from the ones not calibrated on. Where the file has too few for
    that, it is the calibrated ones too that artifacts are verified on, and where even those are few
    everyday English sentences of our own. Without a file there are only our own.

    Args:
        recipe: names the task, the file and its fields.
        mask: the mask token of a masked language model, which then stands in every text.

    Raises:
        EdgebertError: the file cannot be read as texts.
    """
    if recipe.calibration is None:
        drawn, calibrated, source = [], 0, OWN_TEXTS
    else:
        source, calibrated = Path(recipe.calibration).name, recipe.calibration_texts
        stream = read_texts(recipe.calibration, field=recipe.field, pair_field=recipe.pair_field)
        drawn = draw_texts(stream, calibrated + VERIFICATION_TEXTS)
        _check_pairs(recipe, drawn[0])
    # A task that can do without pairs is asked about what the user's own texts are.
    own = _own_texts(drawn[0].pair is not None if drawn else recipe.task in NEEDS_PAIRS)
    calibration, rest = drawn[:calibrated], drawn[calibrated:]
    verification = list(dict.fromkeys([*rest, *calibration, *own]))[:VERIFICATION_TEXTS]
    return Texts(
        source,
        drawn=tuple(drawn),
        calibration=tuple(with_mask(sample, mask) for sample in calibration),
        verification=tuple(with_mask(sample, mask) for sample in verification),
        held_out=not set(verification) & set(calibration),
    )


def with_mask(sample: TextSample, mask: str | None) -> TextSample:
    """Put a mask in the place of one of a text's words, unless it has one or there is no mask.

    It is among the first words, which the shortest bucket keeps.
    """
    if mask is None or mask in sample.text:
        return sample
    words = sample.text.split()
    if len(words) < 2:  # or a script that does not divide words by spaces
        return TextSample(f"{sample.text} {mask}", sample.pair)
    words[min(len(words) // 2, MASKED_WORD)] = mask
    return TextSample(" ".join(words), sample.pair)


def _own_texts(pairs: bool) -> list[TextSample]:
    own = list(read_texts(Path(str(files("edgebert.exporter") / "texts" / OWN_TEXTS))))
    if pairs:
        own = [TextSample(a.text, b.text) for a, b in zip(own[::2], own[1::2], strict=False)]
    return own[:: max(1, len(own) // VERIFICATION_TEXTS)]


def _check_pairs(recipe: Recipe, first: TextSample) -> None:
    """Check that the texts are what the task takes: single ones, pairs, or either.

    A file's fields are the same for all its texts, so the first tells.

    Raises:
        EdgebertError: they are not.
    """
    if recipe.task in NEEDS_PAIRS and first.pair is None:
        raise EdgebertError(
            f"{recipe.calibration}: its texts have no second text, and {recipe.task} takes pairs; "
            "give .jsonl or .csv with two fields and name them by --field and --pair-field"
        )
    if first.pair is not None and recipe.task not in PAIR_TASKS:
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
