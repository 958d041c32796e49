"""Runs the deployment graph over the calibration texts and observes every site."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import nn

from edgebert.errors import EdgebertError
from edgebert.exporter.calibration.histogram import Histogram
from edgebert.exporter.calibration.observers import Observer, find_observer
from edgebert.exporter.calibration.outliers import (
    OUTLIER_LIMIT,
    OUTLIER_RATIO,
    Outliers,
    choose_outliers,
)
from edgebert.exporter.calibration.ranges import ChannelRanges
from edgebert.exporter.calibration.table import MAX_MAGNITUDE, CalibrationTable, Range, SiteRanges
from edgebert.exporter.threads import one_thread

# Takes a site's name, its input [rows, channels] and its output [rows, channels], once a text.
_Record = Callable[[str, torch.Tensor, torch.Tensor], None]


class SiteGraph(Protocol):
    """A graph that runs one text at a time, without padding, and names its quantisable linears."""

    def sites(self) -> Mapping[str, nn.Linear]:
        """Return the linears by site name, in execution order."""

    def __call__(self, *inputs: torch.Tensor) -> object:
        """Run one text."""


@dataclass(frozen=True)
class _Observed:
    """What a pass accumulates at one site."""

    input: Any
    output: Any


@dataclass(frozen=True)
class _MainPart:
    """What is left of a linear for int8 when its outlier channels are computed apart."""

    linear: nn.Linear
    outliers: Outliers

    def cut(self, values: torch.Tensor, result: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the input [rows, channels] and the output of the main part from the whole ones."""
        inputs, outputs = self.outliers.inputs, self.outliers.outputs
        if inputs:
            taken = list(inputs)
            result = result - values[:, taken] @ self.linear.weight[:, taken].T
            values = values[:, _others(values.shape[1], inputs)]
        if outputs:
            result = result[:, _others(result.shape[1], outputs)]
        return values, result


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

    The first pass finds the range of each input and output channel, and from it the outlier
    channels. The second observes what is left for int8 without them; observers that clip run the
    texts a third time, for its histogram. Memory is a histogram or two a site, whatever the number
    of texts. The same inputs give the same table.

    Args:
        graph: run in inference mode; each site must run once a text.
        encodings: the graph's inputs for each text, token ids first.
        observer: a name in `OBSERVERS`.
        checkpoint_sha256: goes into the table.
        text_sha256: goes into the table, see `text_digest`.
        outlier_limit: most input and most output channels to split off each linear; 0 for none.
        outlier_ratio: how many times narrower each of them must make the others' range.
        progress: called with (texts run, texts to run) after each text, over all passes.

    Torch runs on one thread meanwhile: how many there are decides the order of sums, and so the
    last bits of the table.

    Raises:
        EdgebertError: an unknown observer, no texts, or values that are not finite.

    """
    chosen = find_observer(observer)
    if not encodings:
        raise EdgebertError("calibration: found no text, expected at least one")
    passes = _Passes(graph, encodings, progress, 3 if chosen.clip else 2)
    with one_thread():
        parts = _find_outliers(passes, graph.sites(), chosen, outlier_limit, outlier_ratio)
        ranges = _observe_ranges(passes, parts, chosen)
        if chosen.clip:
            ranges = _observe_histograms(passes, parts, ranges, chosen.clip)
    return CalibrationTable(
        observer=observer,
        texts=len(encodings),
        tokens=sum(inputs[0].numel() for inputs in encodings),
        text_sha256=text_sha256,
        checkpoint_sha256=checkpoint_sha256,
        sites={
            name: SiteRanges(
                input=source,
                output=target,
                input_outliers=list(parts[name].outliers.inputs),
                output_outliers=list(parts[name].outliers.outputs),
            )
            for name, (source, target) in ranges.items()
        },
    )


@dataclass
class _Passes:
    """Runs the texts once a pass, and counts over all passes."""

    graph: SiteGraph
    encodings: Sequence[tuple[torch.Tensor, ...]]
    progress: Callable[[int, int], None] | None
    total: int
    done: int = 0

    def run(self, record: _Record) -> None:
        """Run all texts; `record` sees every site once a text.

        Raises:
            EdgebertError: a value is not finite.
            RuntimeError: a site did not run once a text: an error of the graph.
        """
        count = len(self.encodings)
        seen = dict.fromkeys(self.graph.sites(), 0)

        def checked(name: str, values: torch.Tensor, result: torch.Tensor) -> None:
            seen[name] += 1
            for part, tensor in (("input", values), ("output", result)):
                low, high = (float(bound) for bound in tensor.aminmax())
                # nan fails the comparison too.
                if not (abs(low) <= MAX_MAGNITUDE and abs(high) <= MAX_MAGNITUDE):
                    raise EdgebertError(
                        f"calibration text {seen[name]}: the {part} of {name} reaches "
                        f"{low} to {high}, expected finite values; is the checkpoint damaged?"
                    )
            record(name, values, result)

        with _hooked(self.graph.sites(), checked), torch.inference_mode():
            for inputs in self.encodings:
                self.graph(*inputs)
                self.done += 1
                if self.progress is not None:
                    self.progress(self.done, count * self.total)
        for name, times in seen.items():
            if times != count:
                raise RuntimeError(f"site {name} did not run once a text")


def _find_outliers(
    passes: _Passes, sites: Mapping[str, nn.Linear], chosen: Observer, limit: int, ratio: float
) -> dict[str, _MainPart]:
    seen: dict[str, _Observed] = {}

    def record(name: str, values: torch.Tensor, result: torch.Tensor) -> None:
        if name not in seen:
            widths = (values.shape[1], result.shape[1])
            seen[name] = _Observed(*(chosen.ranges(width) for width in widths))
        seen[name].input.update(values)
        seen[name].output.update(result)

    passes.run(record)

    def choose(ranges: ChannelRanges) -> tuple[int, ...]:
        return tuple(choose_outliers(ranges.minimum, ranges.maximum, limit=limit, ratio=ratio))

    return {
        name: _MainPart(linear, Outliers(choose(seen[name].input), choose(seen[name].output)))
        for name, linear in sites.items()
    }


def _observe_ranges(
    passes: _Passes, parts: Mapping[str, _MainPart], chosen: Observer
) -> dict[str, tuple[Range, Range]]:
    seen = {name: _Observed(chosen.ranges(1), chosen.ranges(1)) for name in parts}

    def record(name: str, values: torch.Tensor, result: torch.Tensor) -> None:
        source, target = parts[name].cut(values, result)
        seen[name].input.update(source.reshape(-1, 1))
        seen[name].output.update(target.reshape(-1, 1))

    passes.run(record)

    def whole(ranges: ChannelRanges) -> Range:
        return Range(min=float(ranges.minimum[0]), max=float(ranges.maximum[0]))

    return {name: (whole(site.input), whole(site.output)) for name, site in seen.items()}


def _observe_histograms(
    passes: _Passes,
    parts: Mapping[str, _MainPart],
    ranges: Mapping[str, tuple[Range, Range]],
    clip: Callable[[Histogram], Range],
) -> dict[str, tuple[Range, Range]]:
    seen = {
        name: _Observed(*(Histogram(bounds.min, bounds.max) for bounds in ranges[name]))
        for name in parts
    }

    def record(name: str, values: torch.Tensor, result: torch.Tensor) -> None:
        source, target = parts[name].cut(values, result)
        seen[name].input.update(source)
        seen[name].output.update(target)

    passes.run(record)
    return {name: (clip(site.input), clip(site.output)) for name, site in seen.items()}


@contextmanager
def _hooked(sites: Mapping[str, nn.Linear], record: _Record) -> Iterator[None]:
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


def _others(count: int, taken: Sequence[int]) -> list[int]:
    chosen = set(taken)
    return [channel for channel in range(count) if channel not in chosen]
