"""How far the answers of one implementation of a model are from those of another."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[np.float32]]


@dataclass
class Comparison:
    """Accumulates the differences of two implementations, text by text.

    Attributes:
        frames: whether a text's choices count as one, the same only if all of them are.
        deviations: of each text, the length of the difference over the length expected.
    """

    frames: bool = False
    texts: int = 0
    max_abs: float = 0.0
    deviations: list[float] = field(default_factory=list)
    worst_cosine: float = 1.0
    _signal: float = 0.0
    _noise: float = 0.0
    _cosine: float = 0.0
    _equal: int = 0
    _choices: int = 0
    _single: list[tuple[float, float]] = field(default_factory=list)

    def update(self, expected: Arrays, got: Arrays) -> None:
        """Take the outputs for one text, by name; padding is already left out."""
        reference = np.concatenate([expected[name].ravel() for name in expected]).astype(float)
        answer = np.concatenate([got[name].ravel() for name in expected]).astype(float)
        difference = answer - reference
        signal, noise = float(reference @ reference), float(difference @ difference)
        self.texts += 1
        # np.maximum keeps what is not a number; max() would drop it, and with it the failure.
        self.max_abs = float(np.maximum(self.max_abs, np.abs(difference).max()))
        deviation = (noise / max(signal, 1e-30)) ** 0.5
        self.deviations.append(float(deviation))
        self._signal += signal
        self._noise += noise
        cosine = float(reference @ answer) / max((signal * float(answer @ answer)) ** 0.5, 1e-30)
        self._cosine += cosine
        self.worst_cosine = min(self.worst_cosine, cosine)
        if reference.size == 1:
            self._single.append((float(reference[0]), float(answer[0])))
        equal = [
            (values.argmax(axis=-1) == got[name].argmax(axis=-1)).ravel()
            for name, values in expected.items()
            if name.endswith("logits") and values.shape[-1] > 1
        ]
        if equal:
            choices = np.concatenate(equal)
            self._equal += int(choices.all() if self.frames else choices.sum())
            self._choices += 1 if self.frames else choices.size

    @property
    def deviation(self) -> float:
        """Length of all differences over the length of all expected values."""
        return float((self._noise / max(self._signal, 1e-30)) ** 0.5)

    @property
    def snr_db(self) -> float:
        """Signal-to-noise ratio over all texts, in dB (capped at 200, for no noise at all)."""
        if self._noise <= self._signal * 1e-20:
            return 200.0
        return float(10 * np.log10(self._signal / self._noise))

    @property
    def agreement(self) -> float:
        """One figure for how alike the answers are, 1 for equal.

        The share of equal top-1 choices where the outputs choose (``logits`` of two or more), or
        of texts with all choices equal where those make one answer; the correlation over the texts
        where each has a single score; else the mean cosine.
        """
        if self._choices:
            return self._equal / self._choices
        if len(self._single) > 1:
            reference, answer = np.array(self._single).T
            if reference.std() > 0 and answer.std() > 0:
                return float(np.corrcoef(reference, answer)[0, 1])
        return self._cosine / self.texts
