"""What a sensitivity analysis found: the damage of every part, ranked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from edgebert.bundle.manifest import Mode
from edgebert.exporter.sensitivity.parts import Kind

Order = Literal["share", "relief"]


@dataclass(frozen=True)
class Damage:
    """How far the answers of a partly quantised graph are from those of the fp32 graph.

    Attributes:
        deviation: length of all differences over the length of all fp32 outputs.
        snr_db: the same as a signal-to-noise ratio in dB, at most 200.
        agreement: share of equal top-1 choices, or mean cosine; see `fidelity.Comparison`.
        worst_cosine: of the worst text.
        drops: how much lower each figure of the labelled rows is than in fp32, by name, 0 to 1;
            None where the rows do not define it. Empty without labelled rows.
    """

    deviation: float
    snr_db: float
    agreement: float
    worst_cosine: float
    drops: Mapping[str, float | None]


@dataclass(frozen=True)
class PartDamage:
    """The damage of one part of the model: a site, a layer or a kind of sites.

    Attributes:
        name: the site, the layer or the kind.
        layer: ``embeddings``, ``layers.N`` or ``head``; None for a kind.
        kind: None for a layer.
        sites: what belongs to the part.
        only: with only this part quantised.
        without: with everything but this part quantised.
        share: of the damage of all sites (layers, kinds), each measured alone, as squared
            deviations: rounding errors of different sites are nearly independent, so their squares
            add up. The shares of all sites (layers, kinds) sum to 1, or are 0 where none does harm.
        relief: how much less the squared deviation is with this part in fp32, of that with
            everything quantised: 1 if all damage goes, 0 if none, below 0 if it is more (errors
            can cancel each other).
    """

    name: str
    layer: str | None
    kind: Kind | None
    sites: tuple[str, ...]
    only: Damage
    without: Damage
    share: float
    relief: float


@dataclass(frozen=True)
class Sensitivity:
    """Where quantisation hurts one graph under one plan.

    Attributes:
        mode: the plan's mode.
        texts: how many texts (or labelled rows) were measured on.
        tokens: in all of them, special tokens included.
        fp32_metrics: the figures of the labelled rows in fp32, by name; empty without them.
        everything: the damage with everything quantised.
        sites: every site that the plan quantises, largest share first.
        layers: the same by layer.
        kinds: the same by kind.
        kept: linears that the plan leaves in fp32.
    """

    mode: Mode
    texts: int
    tokens: int
    fp32_metrics: Mapping[str, float | None]
    everything: Damage
    sites: tuple[PartDamage, ...]
    layers: tuple[PartDamage, ...]
    kinds: tuple[PartDamage, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True)
class Analysis:
    """The sensitivity of a checkpoint, and what it was measured with.

    Attributes:
        model: the checkpoint.
        task: its task.
        data: the file of the texts, or of the labelled rows.
        held_out: whether the texts are known to be others than those calibrated on.
        observer: of the calibration table; None where the mode needs none.
        sensitivity: what was found.
    """

    model: str
    task: str
    data: str
    held_out: bool
    observer: str | None
    sensitivity: Sensitivity


def worst_sites(report: Sensitivity, count: int, by: Order = "share") -> tuple[PartDamage, ...]:
    """Return the sites that hurt most, worst first.

    Args:
        report: what was measured.
        count: how many at most.
        by: ``share`` ranks by the damage of quantising only the site, ``relief`` by what leaving
            only it in fp32 takes away.
    """
    if by == "share":
        return report.sites[:count]
    return tuple(sorted(report.sites, key=lambda part: -part.relief)[:count])


def encode_report(report: Analysis | Sensitivity) -> bytes:
    """Return a report as JSON, in UTF-8."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"
