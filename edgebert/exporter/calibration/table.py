"""The calibration table: the observed range of every site, as a JSON file that people may edit.

Every backend takes its scales from this table and from nowhere else, so the artifacts of one
export agree. Floats are float32 values, written with the fewest digits that name them.
"""

import re
from collections.abc import Iterable, Mapping

import msgspec
import numpy as np

from edgebert.errors import EdgebertError

FORMAT = 1

# Observed values beyond this are refused: the width of a range must stay finite in float32.
MAX_MAGNITUDE = 1e38

_FLOAT32_MAX = float(np.finfo(np.float32).max)

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SITES_SHOWN = 5


class Range(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The observed values lie in [min, max]; both are held as float32 values.

    Raises:
        ValueError: a bound is not finite in float32, or min is above max.

    """

    min: float
    max: float

    def __post_init__(self) -> None:
        for name in ("min", "max"):
            value = getattr(self, name)
            if not abs(value) <= _FLOAT32_MAX:
                raise ValueError(f"{name} is {value}, expected a finite float32 number")
            # The file may hold more digits than float32 does; + 0.0 turns -0.0 into 0.0.
            msgspec.structs.force_setattr(self, name, float(np.float32(value)) + 0.0)
        if self.min > self.max:
            raise ValueError(f"min is {self.min}, above max {self.max}")


class SiteRanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ranges at one linear, as it is without its outlier channels.

    Attributes:
        input: range of the input channels that are not in `input_outliers`.
        output: range of the output channels that are not in `output_outliers`, computed from
            those input channels.
        input_outliers: input channels that are computed apart, ascending.
        output_outliers: output channels that are computed apart, ascending.

    Raises:
        ValueError: a bound beyond `MAX_MAGNITUDE`, or an outlier that is negative, repeated or
            not in ascending order.

    """

    input: Range
    output: Range
    input_outliers: list[int] = []
    output_outliers: list[int] = []

    def __post_init__(self) -> None:
        bounds = (self.input.min, self.input.max, self.output.min, self.output.max)
        largest = max(bounds, key=abs)
        if abs(largest) > MAX_MAGNITUDE:
            raise ValueError(f"a bound is {largest}, expected at most {MAX_MAGNITUDE}")
        for name in ("input_outliers", "output_outliers"):
            channels = getattr(self, name)
            if any(channel < 0 for channel in channels) or channels != sorted(set(channels)):
                raise ValueError(
                    f"{name} is {channels}, expected different channels from 0 up, ascending"
                )


class CalibrationTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What calibration observed on one checkpoint with one set of texts.

    Attributes:
        format: version of this layout.
        observer: name of the observer that gave the ranges.
        texts: number of texts observed.
        tokens: number of tokens observed, special tokens included, no padding.
        text_sha256: `text_digest` of the texts.
        checkpoint_sha256: of the checkpoint.
        sites: ranges by site name, in execution order.

    Raises:
        ValueError: a count below 1, no observer's name, or a sha256 that is not 64 hex digits.

    """

    format: int = FORMAT
    observer: str
    texts: int
    tokens: int
    text_sha256: str
    checkpoint_sha256: str
    sites: dict[str, SiteRanges]

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ValueError(f"format is {self.format}, expected {FORMAT}")
        if not self.observer:
            raise ValueError("observer is empty, expected a name")
        for name in ("texts", "tokens"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, expected 1 or more")
        for name in ("text_sha256", "checkpoint_sha256"):
            if not _SHA256.fullmatch(getattr(self, name)):
                raise ValueError(
                    f"{name} is {getattr(self, name)!r}, expected 64 hex digits in lower case"
                )

    def require_sites(self, names: Iterable[str]) -> None:
        """Check that the table has exactly these sites, in any order.

        Raises:
            EdgebertError: names the sites that are missing and those that are unknown.

        """
        expected = dict.fromkeys(names)
        missing = [name for name in expected if name not in self.sites]
        unknown = [name for name in self.sites if name not in expected]
        found = []
        if missing:
            found.append(f"lacks the sites {_shown(missing)}")
        if unknown:
            found.append(f"has the unknown sites {_shown(unknown)}")
        if found:
            raise EdgebertError(
                f"calibration table: {' and '.join(found)} (expected the {len(expected)} sites "
                "of this checkpoint's graph); calibrate this checkpoint again"
            )

    def require_channels(self, channels: Mapping[str, tuple[int, int]]) -> None:
        """Check the outlier channels against the number of input and output channels of each site.

        The table must have the sites (`require_sites`).

        Raises:
            EdgebertError: an outlier channel that the site does not have, or none left over.

        """
        for name, counts in channels.items():
            ranges = self.sites[name]
            chosen = (ranges.input_outliers, ranges.output_outliers)
            for part, outliers, count in zip(("input", "output"), chosen, counts, strict=True):
                if outliers and (outliers[-1] >= count or len(outliers) >= count):
                    raise EdgebertError(
                        f"calibration table: site {name!r} has the {part} outlier channels "
                        f"{outliers}, expected fewer than its {count} {part} channels, numbered 0 "
                        f"to {count - 1}"
                    )


def _shown(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:_SITES_SHOWN]))
    rest = len(names) - _SITES_SHOWN
    return f"{shown} and {rest} more" if rest > 0 else shown
