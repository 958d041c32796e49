"""Counts the operators of a method by kind."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from edgebert.inspection.report import OperatorReport, Precision


@dataclass
class _Row:
    count: int = 0
    constants: dict[Hashable, int] = field(default_factory=dict)


class OperatorTally:
    """Gathers operators one by one and sums them up by name, precision and place."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, Precision, str, bool], _Row] = {}

    def add(
        self,
        name: str,
        precision: Precision,
        runs_on: str,
        constants: Mapping[Hashable, int],
        *,
        linear: bool = False,
    ) -> None:
        """Count one operator.

        Args:
            name: its kind.
            precision: what it computes in.
            runs_on: what computes it.
            constants: bytes of each constant that it reads, by any key that tells them apart.
            linear: whether it multiplies by constant weights.
        """
        row = self._rows.setdefault((name, precision, runs_on, linear), _Row())
        row.count += 1
        row.constants.update(constants)

    def rows(self) -> tuple[OperatorReport, ...]:
        """Return the sums, those with the most weights first, then the most frequent."""
        reports = [
            OperatorReport(name, precision, runs_on, row.count, sum(row.constants.values()), linear)
            for (name, precision, runs_on, linear), row in self._rows.items()
        ]
        return tuple(
            sorted(
                reports, key=lambda row: (-row.weight_bytes, -row.count, row.name, row.precision)
            )
        )


def bytes_by_dtype(constants: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Sum up constants, each (dtype, bytes); the dtype with the most bytes comes first."""
    sums: dict[str, int] = {}
    for dtype, size in constants:
        sums[dtype] = sums.get(dtype, 0) + size
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))
