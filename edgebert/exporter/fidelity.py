"""How far the answers of one implementation of a model are from those of another."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edgebert.bundle.manifest import Output

Arrays = Mapping[str, NDArray[np.float32]]


@dataclass
class Comparison:
    """Accumulates the differences of two implementations, text by text.

    Attributes:
        frame: outputs whose choices make one answer, the same only if all of them are; without
            any, each choice counts alone.
        least_logit: where several labels may be chosen, the logit from which on one is.
        deviations: of each output for each text, the length of the difference over the length
            expected; what a self-test measures.
    """

    frame: tuple[Output, ...] = ()
    least_logit: float | None = None
    texts: int = 0
    max_abs: float = 0.0
    deviations: list[float] = field(default_factory=list)
    worst_cosine: float = 1.0
    _signal: dict[str, float] = field(default_factory=dict)
    _noise: dict[str, float] = field(default_factory=dict)
    _cosine: float = 0.0
    _equal: int = 0
    _choices: int = 0
    _single: list[tuple[float, float]] = field(default_factory=list)

    def update(self, expected: Arrays, got: Arrays) -> None:
        """Take the outputs for one text, by name; padding is already left out."""
        reference = np.concatenate([expected[name].ravel() for name in expected]).astype(float)
        answer = np.concatenate([got[name].ravel() for name in expected]).astype(float)
        difference = answer - reference
        self.texts += 1
        # np.maximum keeps what is not a number; max() would drop it, and with it the failure.
        self.max_abs = float(np.maximum(self.max_abs, np.abs(difference).max()))
        for name, values in expected.items():
            signal = _power(values)
            noise = _power(got[name].astype(float) - values)
            self.deviations.append(_ratio(noise, signal))
            self._signal[name] = self._signal.get(name, 0.0) + signal
            self._noise[name] = self._noise.get(name, 0.0) + noise
        lengths = (_power(reference) * _power(answer)) ** 0.5
        cosine = float(reference @ answer) / max(lengths, 1e-30)
        self._cosine += cosine
        self.worst_cosine = min(self.worst_cosine, cosine)
        if reference.size == 1:
            self._single.append((float(reference[0]), float(answer[0])))
        self._count_choices(expected, got)

    def _count_choices(self, expected: Arrays, got: Arrays) -> None:
        if self.least_logit is not None:
            same = [
                (expected[k] >= self.least_logit) == (got[k] >= self.least_logit) for k in expected
            ]
            self._equal += int(np.concatenate([equal.ravel() for equal in same]).all())
            self._choices += 1
            return
        tags = {output.name for output in self.frame if output.per_token}
        found = []
        for name, values in expected.items():
            if name.endswith("logits") and values.shape[-1] > 1:
                equal = np.asarray(values.argmax(axis=-1) == got[name].argmax(axis=-1))
                # [CLS] and [SEP] have no tag: no training says what stands there.
                found.append((equal[..., 1:-1] if name in tags else equal).ravel())
        if found:
            choices = np.concatenate(found)
            self._equal += int(choices.all() if self.frame else choices.sum())
            self._choices += 1 if self.frame else choices.size

    @property
    def deviation(self) -> float:
        """Length of all differences over the length of all expected values."""
        return _ratio(sum(self._noise.values()), sum(self._signal.values()))

    @property
    def output_deviations(self) -> dict[str, float]:
        """By output, the length of its differences over the length of its expected values.

        A short output, such as the scores of intents, vanishes beside a long one in `deviation`.
        """
        return {name: _ratio(self._noise[name], signal) for name, signal in self._signal.items()}

    @property
    def snr_db(self) -> float:
        """Signal-to-noise ratio over all texts, in dB (capped at 200, for no noise at all)."""
        signal, noise = sum(self._signal.values()), sum(self._noise.values())
        if noise <= signal * 1e-20:
            return 200.0
        return float(10 * np.log10(signal / noise))

    @property
    def agreement(self) -> float:
        """One figure for how alike the answers are, 1 for equal.

        The share of equal top-1 choices where the outputs choose (``logits`` of two or more), or
        of texts with all choices equal where those make one answer, as several labels of a text do;
        the correlation over the texts where each has a single score; else the mean cosine.
        """
        if self._choices:
            return self._equal / self._choices
        if len(self._single) > 1:
            reference, answer = np.array(self._single).T
            if reference.std() > 0 and answer.std() > 0:
                return float(np.corrcoef(reference, answer)[0, 1])
        return self._cosine / self.texts


def _power(values: NDArray[np.floating]) -> float:
    """Return the sum of the squares."""
    flat = values.astype(float).ravel()
    return float(flat @ flat)


def _ratio(noise: float, signal: float) -> float:
    """Return a relative deviation, of two sums of squares."""
    return float((noise / max(signal, 1e-30)) ** 0.5)
