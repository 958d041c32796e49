"""The quantization plan: what precision every linear gets, and with which scales."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from edgebert.bundle.manifest import Mode
from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import (
    NO_OUTLIERS,
    CalibrationTable,
    Outliers,
    QuantParameters,
    activation_parameters,
)

Precision = Literal["static", "dynamic", "fp32"]

# The last linears of a head write the scores that answers are ranked by. They are small, and 256
# levels are too few to rank by, so they stay fp32 in static mode.
SCORE_SITES = frozenset({"head.classifier", "head.intent_classifier", "head.slot_classifier"})

# The decoder of a masked language model is as large as the embedding, and its scores need fp32 too:
# int8 weights, the input's scale taken at run time, fp32 scores.
DECODER_SITES = frozenset({"head.decoder"})

# The name of the word embedding where sites are named: it is no linear, but it is int8 too.
EMBEDDING_SITE = "embeddings.words"


@dataclass(frozen=True)
class LinearQuantization:
    """The precision of one linear; static ones carry the scales of their input and output."""

    precision: Precision
    input: QuantParameters | None = None
    output: QuantParameters | None = None
    outliers: Outliers = NO_OUTLIERS


@dataclass(frozen=True)
class QuantizationPlan:
    """What a precision mode means for one graph: a decision for each site, and the embedding."""

    mode: Mode
    linears: dict[str, LinearQuantization]
    int8_embedding: bool

    def quantized_sites(self) -> set[str]:
        """Return the sites that are not fp32."""
        return {site for site, q in self.linears.items() if q.precision != "fp32"}

    def static_sites(self) -> dict[str, LinearQuantization]:
        """Return the sites with calibrated scales."""
        return {site: q for site, q in self.linears.items() if q.precision == "static"}


def plan_mode(
    sites: Iterable[str],
    mode: Mode,
    table: CalibrationTable | None,
    fp32_sites: Collection[str] = (),
) -> QuantizationPlan:
    """Decide the precision of every site for a mode.

    Args:
        sites: the graph's sites.
        mode: static, dynamic or fp32.
        table: calibrated ranges; needed for static.
        fp32_sites: sites to leave in fp32 whatever the mode; `EMBEDDING_SITE` may be among them.

    Raises:
        EdgebertError: the graph has no such site to leave in fp32.
    """
    sites = list(sites)
    require_known_sites(fp32_sites, sites)
    linears: dict[str, LinearQuantization] = {}
    for site in sites:
        if mode == "fp32" or site in SCORE_SITES or site in fp32_sites:
            linears[site] = LinearQuantization("fp32")
        elif mode == "dynamic" or site in DECODER_SITES:
            linears[site] = LinearQuantization("dynamic")
        else:
            assert table is not None, "static mode needs a calibration table"
            ranges = table.sites[site]
            linears[site] = LinearQuantization(
                "static",
                activation_parameters(ranges.input),
                activation_parameters(ranges.output),
                Outliers(tuple(ranges.input_outliers), tuple(ranges.output_outliers)),
            )
    int8_embedding = mode != "fp32" and EMBEDDING_SITE not in fp32_sites
    return QuantizationPlan(mode, linears, int8_embedding)


def require_known_sites(fp32_sites: Iterable[str], sites: Iterable[str]) -> None:
    """Check that a graph has the sites that are to stay in fp32.

    Raises:
        EdgebertError: it lacks one.
    """
    known = [EMBEDDING_SITE, *sites]
    unknown = sorted(set(fp32_sites) - set(known))
    if unknown:
        raise EdgebertError(
            f"fp32 site {unknown[0]!r}: the graph has no such site, expected one of its "
            f"{len(known)}, such as {known[0]} and {known[-1]}; edgebert sensitivity lists them"
        )
