"""Runs the deployment graph over the calibration texts and observes every site."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import nn

from edgebert.errors import EdgebertError
from edgebert.exporter.calibration.histogram import Histogram
from edgebert.exporter.calibration.observers import find_observer
from edgebert.exporter.calibration.outliers import OUTLIER_LIMIT, OUTLIER_RATIO, choose_outliers
from edgebert.exporter.calibration.ranges import ChannelRanges
from edgebert.exporter.calibration.table import MAX_MAGNITUDE, CalibrationTable, Range, SiteRanges

# Takes a site's name, its input [rows, channels] and its output [rows, channels], once a text.
_Record = Callable[[str, torch.Tensor, torch.Tensor], None]


class SiteGraph(Protocol):
    """A graph that runs one text at a time, without padding, and names its quantisable linears."""

    def sites(self) -> Mapping[str, nn.Module]:
        """Return the linears by site name, in execution order."""

    def __call__(self, *inputs: torch.Tensor) -> object:
        """Run one text."""


@dataclass(frozen=True)
class _FirstPass:
    """Channel ranges of one site: of the input as one channel, of the output by channel."""

    input: ChannelRanges
    output: ChannelRanges


@dataclass(frozen=True)
class _SecondPass:
    """Histograms of one site, the output's without the outlier channels."""

    input: Histogram
    output: Histogram
    kept: torch.Tensor


def calibrate(
    graph: SiteGraph,
    encodings: Sequence[tuple[torch.Tensor, ...]],
    *,
    observer: str,
    checkpoint_sha256: str,
    text_sha256: str,
    outlier_limit: int = OUTLIER_LIMIT,
    outlier_ratio: float = OUTLIER_RATIO,
    progress: Callable[[int, int], None] | None = None,
) -> CalibrationTable:
    """Observe the input and output of every site and return their ranges.

    The first pass finds each output channel's range and from it the outlier channels; observers
    that clip run the texts a second time, for a histogram of the rest. Memory is a histogram or
    two a site, whatever the number of texts. The same inputs give the same table.

    Args:
        graph: run in inference mode; each site must run once a text.
        encodings: the graph's inputs for each text, token ids first.
        observer: a name in `OBSERVERS`.
        checkpoint_sha256: goes into the table.
        text_sha256: goes into the table, see `text_digest`.
        outlier_limit: most output channels to split off each linear; 0 for none.
        outlier_ratio: see `choose_outliers`.
        progress: called with (texts run, texts to run) after each text, over all passes.

    Raises:
        EdgebertError: an unknown observer, no texts, or values that are not finite.

    """
    chosen = find_observer(observer)
    if not encodings:
        raise EdgebertError("calibration: found no text, expected at least one")
    total = len(encodings) * (2 if chosen.clip else 1)
    ranges = _observe_ranges(graph, encodings, chosen.first_pass, _counter(progress, 0, total))
    outliers = {
        name: choose_outliers(
            site.output.minimum, site.output.maximum, limit=outlier_limit, ratio=outlier_ratio
        )
        for name, site in ranges.items()
    }
    sites = {name: _site_ranges(site, outliers[name]) for name, site in ranges.items()}
    if chosen.clip:
        advance = _counter(progress, len(encodings), total)
        histograms = _observe_histograms(graph, encodings, sites, advance)
        sites = {
            name: SiteRanges(chosen.clip(site.input), chosen.clip(site.output), outliers[name])
            for name, site in histograms.items()
        }
    return CalibrationTable(
        observer=observer,
        texts=len(encodings),
        tokens=sum(inputs[0].numel() for inputs in encodings),
        text_sha256=text_sha256,
        checkpoint_sha256=checkpoint_sha256,
        sites=sites,
    )


def _observe_ranges(
    graph: SiteGraph,
    encodings: Sequence[tuple[torch.Tensor, ...]],
    first_pass: Callable[[int], ChannelRanges],
    advance: Callable[[int], None],
) -> dict[str, _FirstPass]:
    seen: dict[str, _FirstPass] = {}

    def record(name: str, values: torch.Tensor, result: torch.Tensor) -> None:
        if name not in seen:
            seen[name] = _FirstPass(first_pass(1), first_pass(result.shape[1]))
        for part, tensor in (("input", values), ("output", result)):
            low, high = (float(bound) for bound in tensor.aminmax())
            # nan fails the comparison too.
            if not (abs(low) <= MAX_MAGNITUDE and abs(high) <= MAX_MAGNITUDE):
                raise EdgebertError(
                    f"calibration text {seen[name].output.texts + 1}: the {part} of {name} reaches "
                    f"{low} to {high}, expected finite values; is the checkpoint damaged?"
                )
        seen[name].input.update(values.reshape(-1, 1))
        seen[name].output.update(result)

    _run(graph, encodings, record, advance)
    for name in graph.sites():
        if name not in seen or seen[name].output.texts != len(encodings):
            raise RuntimeError(f"site {name} did not run once a text")
    return {name: seen[name] for name in graph.sites()}


def _observe_histograms(
    graph: SiteGraph,
    encodings: Sequence[tuple[torch.Tensor, ...]],
    sites: Mapping[str, SiteRanges],
    advance: Callable[[int], None],
) -> dict[str, _SecondPass]:
    seen: dict[str, _SecondPass] = {}

    def record(name: str, values: torch.Tensor, result: torch.Tensor) -> None:
        site = sites[name]
        if name not in seen:
            kept = [c for c in range(result.shape[1]) if c not in set(site.outliers)]
            seen[name] = _SecondPass(
                Histogram(site.input.min, site.input.max),
                Histogram(site.output.min, site.output.max),
                torch.tensor(kept),
            )
        seen[name].input.update(values)
        seen[name].output.update(result[:, seen[name].kept] if site.outliers else result)

    _run(graph, encodings, record, advance)
    return {name: seen[name] for name in sites}


def _run(
    graph: SiteGraph,
    encodings: Sequence[tuple[torch.Tensor, ...]],
    record: _Record,
    advance: Callable[[int], None],
) -> None:
    with _hooked(graph.sites(), record), torch.inference_mode():
        for done, inputs in enumerate(encodings, start=1):
            graph(*inputs)
            advance(done)


@contextmanager
def _hooked(sites: Mapping[str, nn.Module], record: _Record) -> Iterator[None]:
    """Call `record` at every site while the context lasts."""

    def hook(name: str) -> Callable[[nn.Module, tuple[torch.Tensor, ...], torch.Tensor], None]:
        def observe(
            module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor
        ) -> None:
            record(name, _rows(inputs[0]), _rows(output))

        return observe

    handles = []
    try:
        for name, module in sites.items():
            handles.append(module.register_forward_hook(hook(name)))
        yield
    finally:
        for handle in handles:
            handle.remove()


def _rows(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.reshape(-1, tensor.shape[-1]).float()


def _site_ranges(site: _FirstPass, outliers: list[int]) -> SiteRanges:
    kept = [channel not in set(outliers) for channel in range(len(site.output.minimum))]
    return SiteRanges(
        input=Range(min=float(site.input.minimum[0]), max=float(site.input.maximum[0])),
        output=Range(
            min=float(site.output.minimum[kept].min()), max=float(site.output.maximum[kept].max())
        ),
        outliers=outliers,
    )


def _counter(
    progress: Callable[[int, int], None] | None, before: int, total: int
) -> Callable[[int], None]:
    return lambda done: progress(before + done, total) if progress else None
