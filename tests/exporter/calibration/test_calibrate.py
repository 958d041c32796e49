"""Calibration of a small graph: what the table holds, and that nothing is left behind."""

import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

import numpy as np
import pytest
import torch
from torch import nn

from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import (
    OBSERVERS,
    CalibrationTable,
    SiteRanges,
    calibrate,
    encode_table,
)
from edgebert.exporter.calibration.histogram import Histogram

SHA = "0123456789abcdef" * 4

Encodings = list[tuple[torch.Tensor, ...]]


class SmallGraph(nn.Module):
    """An embedding and three linears: 2-D activations, one with a batch axis, one vector."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.embedding = nn.Embedding(50, 16)
        self.up = nn.Linear(16, 64)
        self.down = nn.Linear(64, 16)
        self.classifier = nn.Linear(16, 3)
        with torch.no_grad():
            self.down.bias[5] = 90

    def sites(self) -> dict[str, nn.Linear]:
        return {"ffn.up": self.up, "ffn.down": self.down, "classifier": self.classifier}

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        hidden = nn.functional.gelu(self.up(self.embedding(ids))[None])
        result: torch.Tensor = self.classifier(self.down(hidden)[0, 0])
        return result


def texts(count: int = 12) -> Encodings:
    generator = torch.Generator().manual_seed(5)
    return [(torch.randint(50, (length % 7 + 1,), generator=generator),) for length in range(count)]


def calibrated(
    observer: str = "minmax",
    graph: nn.Module | None = None,
    encodings: Encodings | None = None,
    outlier_limit: int = 4,
    outlier_ratio: float = 1.3,
    progress: Callable[[int, int], None] | None = None,
) -> CalibrationTable:
    return calibrate(
        graph or SmallGraph(),
        texts() if encodings is None else encodings,
        observer=observer,
        checkpoint_sha256=SHA,
        text_sha256=SHA[::-1],
        outlier_limit=outlier_limit,
        outlier_ratio=outlier_ratio,
        progress=progress,
    )


def sites(table: CalibrationTable) -> Iterable[tuple[str, SiteRanges]]:
    return table.sites.items()


def first_rows(rows: torch.Tensor, encodings: Encodings) -> Iterator[torch.Tensor]:
    """Yield each text's first row."""
    start = 0
    for (ids,) in encodings:
        yield rows[start]
        start += len(ids)


def test_minmax_is_the_range_of_what_is_left_without_outliers() -> None:
    graph, encodings = SmallGraph(), texts()
    table = calibrated(graph=graph, encodings=encodings)
    with torch.inference_mode():
        embedded = torch.cat([graph.embedding(ids) for (ids,) in encodings])
        up = graph.up(embedded)
        hidden = nn.functional.gelu(up)
        down = graph.down(hidden)
    assert list(table.sites) == ["ffn.up", "ffn.down", "classifier"]
    outliers = {name: (site.input_outliers, site.output_outliers) for name, site in sites(table)}
    assert outliers == {"ffn.up": ([], []), "ffn.down": ([], [5]), "classifier": ([5], [])}
    kept = torch.cat([down[:, :5], down[:, 6:]], dim=1)
    first = torch.stack(list(first_rows(kept, encodings)))
    weight = graph.classifier.weight
    for found, values in (
        (table.sites["ffn.up"].input, embedded),
        (table.sites["ffn.up"].output, up),
        (table.sites["ffn.down"].input, hidden),
        (table.sites["ffn.down"].output, kept),
    ):
        assert found.min == pytest.approx(values.min().item(), rel=1e-5)
        assert found.max == pytest.approx(values.max().item(), rel=1e-5)
    others = [channel for channel in range(16) if channel != 5]
    main = first @ weight[:, others].T + graph.classifier.bias
    found = table.sites["classifier"]
    assert found.input.max == pytest.approx(first.max().item(), rel=1e-5)
    assert found.output.max == pytest.approx(main.max().item(), rel=1e-4)
    assert found.output.min == pytest.approx(main.min().item(), rel=1e-4)
    assert (table.observer, table.texts, table.format) == ("minmax", 12, 1)
    assert table.tokens == sum(len(ids) for (ids,) in encodings)
    assert (table.checkpoint_sha256, table.text_sha256) == (SHA, SHA[::-1])


@pytest.mark.parametrize("observer", OBSERVERS)
def test_the_same_input_gives_the_same_bytes(observer: str) -> None:
    assert encode_table(calibrated(observer)) == encode_table(calibrated(observer))


def test_the_number_of_threads_does_not_matter() -> None:
    class ThreadedGraph(SmallGraph):
        seen: ClassVar[set[int]] = set()

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            self.seen.add(torch.get_num_threads())
            return super().forward(ids)

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        calibrated(graph=ThreadedGraph())
        assert (ThreadedGraph.seen, torch.get_num_threads()) == ({1}, 2)
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("observer", OBSERVERS)
def test_every_observer_lies_within_minmax_without_the_outliers(observer: str) -> None:
    widest, table = calibrated("minmax"), calibrated(observer)
    for name, found in table.sites.items():
        assert found.input_outliers == widest.sites[name].input_outliers
        assert found.output_outliers == widest.sites[name].output_outliers
        for part in ("input", "output"):
            inner, outer = getattr(found, part), getattr(widest.sites[name], part)
            assert outer.min <= inner.min < inner.max <= outer.max
    assert table.sites["ffn.down"].output.max < 10
    whole = calibrated(observer, outlier_limit=0)
    assert whole.sites["ffn.down"].output_outliers == []
    assert whole.sites["classifier"].input_outliers == []


@pytest.mark.parametrize("observer", ["percentile", "entropy", "mse"])
def test_the_histogram_is_of_the_channels_that_are_kept(observer: str) -> None:
    graph, encodings = SmallGraph(), texts()
    found = calibrated(observer, graph=graph, encodings=encodings).sites["ffn.down"].output
    with torch.inference_mode():
        results = [graph.down(nn.functional.gelu(graph.up(graph.embedding(*x)))) for x in encodings]
    kept = torch.cat(results)[:, [channel for channel in range(16) if channel != 5]]
    histogram = Histogram(kept.min().item(), kept.max().item())
    histogram.update(kept)
    clip = OBSERVERS[observer].clip
    assert clip is not None
    expected = clip(histogram)
    assert (found.min, found.max) == pytest.approx((expected.min, expected.max), abs=1e-3)


def test_without_the_split_the_outlier_is_in_the_range() -> None:
    table = calibrated("minmax", outlier_limit=0)
    assert table.sites["ffn.down"].output.max > 80


def test_a_higher_ratio_splits_only_what_stands_out_further() -> None:
    """Channel 5 is about twenty times larger than the others."""
    at_ten, at_hundred = (calibrated(outlier_ratio=ratio).sites for ratio in (10, 100))
    assert at_ten["ffn.down"].output_outliers == [5]
    assert at_hundred["ffn.down"].output_outliers == []
    assert at_hundred["ffn.down"].output.max > 80


def test_the_order_of_texts_matters_to_no_observer_but_the_moving_average() -> None:
    for observer in ("minmax", "percentile", "entropy", "mse"):
        backwards = calibrated(observer, encodings=texts()[::-1])
        assert encode_table(backwards) == encode_table(calibrated(observer))


def test_progress_covers_all_passes() -> None:
    seen: list[tuple[int, int]] = []
    calibrated("minmax", progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 24) for done in range(1, 25)]
    seen.clear()
    calibrated("mse", progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 36) for done in range(1, 37)]


def hooks(graph: nn.Module) -> int:
    return sum(len(module._forward_hooks) for module in graph.modules())


def test_hooks_are_removed_whatever_happens() -> None:
    graph = SmallGraph()
    calibrated("mse", graph=graph)
    assert hooks(graph) == 0

    def interrupt(done: int, total: int) -> None:
        assert hooks(graph) == 3
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calibrated("mse", graph=graph, progress=interrupt)
    assert hooks(graph) == 0


def test_the_graph_is_as_before() -> None:
    graph, (ids,) = SmallGraph(), texts()[6]
    before = graph(ids)
    calibrated("entropy", graph=graph)
    assert torch.equal(graph(ids), before)
    assert graph(ids).requires_grad


def test_values_that_are_not_finite_name_the_site_and_the_text() -> None:
    graph = SmallGraph()
    with torch.no_grad():
        graph.embedding.weight[7] = float("nan")
    encodings = [(torch.tensor([1, 2]),), (torch.tensor([3, 7]),)]
    with pytest.raises(EdgebertError, match=r"text 2: the input of .* reaches nan to nan"):
        calibrated(graph=graph, encodings=encodings)
    graph = SmallGraph()
    with torch.no_grad():
        graph.down.bias[2] = 2e38
    with pytest.raises(
        EdgebertError, match=r"the output of ffn\.down reaches .* to 1\.9999.*e\+38"
    ):
        calibrated(graph=graph)


def test_wrong_arguments() -> None:
    with pytest.raises(EdgebertError, match="calibration: found no text"):
        calibrated(encodings=[])
    with pytest.raises(EdgebertError, match="unknown observer 'max', expected one of minmax"):
        calibrated("max")


def test_a_site_that_does_not_run_is_an_error_of_the_graph() -> None:
    class Lazy(SmallGraph):
        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            return self.embedding(ids) if len(ids) > 5 else super().forward(ids)

    with pytest.raises(RuntimeError, match=r"site ffn\.up did not run once a text"):
        calibrated(graph=Lazy())


def test_more_texts_take_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts what the observers hold when the last text has run, however many there were."""
    made: list[Histogram] = []

    class Counted(Histogram):
        def __init__(self, low: float, high: float) -> None:
            super().__init__(low, high)
            made.append(self)

    # By its full name: the package's `calibrate` is the function.
    module = importlib.import_module("edgebert.exporter.calibration.calibrate")
    monkeypatch.setattr(module, "Histogram", Counted)
    sizes = []
    for count in (3, 30):
        made.clear()
        calibrated("mse", encodings=texts(count))
        sizes.append(sum(histogram.counts.nbytes for histogram in made))
        assert sum(int(np.sum(histogram.counts)) for histogram in made) > 0
    assert sizes[0] == sizes[1]
