"""What an int8 artifact answers where a processor computes its fp32 parts in fp16."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map_only

from edgebert.bundle.manifest import Mode
from edgebert.errors import CheckFailedError
from edgebert.exporter.fidelity import Comparison
from edgebert.exporter.graph.deployment import DeploymentGraph
from edgebert.exporter.quantization.modules import DynamicLinear, StaticLinear
from edgebert.exporter.threads import one_thread

# How much further from fp32 an output may be than with fp32 between the int8 linears. Rounding to
# fp16 moves some values over the edge of an int8 step, as often one way as the other: that gives
# other answers, but none that are further from fp32 (0.98 to 1.03 times as far on two trained
# models). The floor is for models of which next to nothing is quantised: fp16 alone costs that.
MOST_FURTHER = 1.25
LEAST_ALLOWED = 0.01


@dataclass(frozen=True)
class MeasuredHalf:
    """A quantised graph with fp16 between its int8 linears, on some texts.

    Attributes:
        to_graph: how far it is from the graph itself.
        to_fp32: how far it is from fp32.
    """

    to_graph: Comparison
    to_fp32: Comparison


def measure_half_precision(
    graph: DeploymentGraph,
    quantized: DeploymentGraph,
    mode: Mode,
    texts: Sequence[tuple[Tensor, ...]],
) -> MeasuredHalf:
    """Compare a quantised graph in fp16 with itself, and with fp32.

    Args:
        graph: the fp32 graph.
        quantized: made from it.
        mode: its mode, for the error.
        texts: inputs of the graphs, without padding.

    Raises:
        CheckFailedError: in fp16 it is further from fp32 than is allowed, or overflows.
    """
    half = HalfPrecisionGraph(quantized)
    frame, least = graph.head.frame, graph.least_logit
    found = MeasuredHalf(Comparison(frame, least), Comparison(frame, least))
    as_it_is = Comparison(frame, least)
    with torch.no_grad(), one_thread():
        for inputs in texts:
            fp32, own, other = (
                {name: y.numpy() for name, y in zip(graph.output_names, outputs, strict=True)}
                for outputs in (graph(*inputs), quantized(*inputs), half(*inputs))
            )
            as_it_is.update(fp32, own)
            found.to_graph.update(own, other)
            found.to_fp32.update(fp32, other)
    for output, deviation in found.to_fp32.output_deviations.items():
        allowed = max(MOST_FURTHER * as_it_is.output_deviations[output], LEAST_ALLOWED)
        if not deviation <= allowed:  # what is not a number is not
            raise CheckFailedError(
                f"fp16: {output} of the {mode} model deviates from fp32 by {deviation:.2g} of its "
                "length where what is not int8 is computed in fp16, expected at most "
                f"{allowed:.2g}; nothing was written. Leave --fp16 out"
            )
    return found


class HalfPrecisionGraph(nn.Module):
    """A quantised graph that rounds to fp16 whatever it computes outside its int8 linears.

    fp32 weights are rounded too, and a LayerNorm is done in the steps that XNNPACK does it in:
    their squares overflow where a value is 256 from the mean. A sum inside one operator is kept in
    fp32.

    Attributes:
        input_names: as the graph's.
        output_names: as the graph's.
    """

    def __init__(self, quantized: DeploymentGraph) -> None:
        super().__init__()
        self.input_names, self.output_names = quantized.input_names, quantized.output_names
        self._rounding = _Rounding()  # type: ignore[no-untyped-call]
        self.graph = copy.deepcopy(quantized)
        for parameter in self.graph.parameters():
            parameter.data = round_to_fp16(parameter.data)
        for path, module in list(self.graph.named_modules()):
            if isinstance(module, nn.LayerNorm):
                self.graph.set_submodule(path, _SteppedNorm(module))
            elif isinstance(module, StaticLinear | DynamicLinear):
                self.graph.set_submodule(path, _Int8(module, self._rounding))

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """As the graph's."""
        with self._rounding:
            return self.graph(*inputs)  # type: ignore[no-any-return]


def round_to_fp16(x: Tensor) -> Tensor:
    """Round float32 to fp16 and back; beyond 65,504 it is infinite. Other types stay."""
    return x.to(torch.float16).to(torch.float32) if x.dtype == torch.float32 else x


class _Rounding(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Rounds the results of all operators, but for those inside an int8 linear."""

    paused = False

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        return result if self.paused else tree_map_only(Tensor, round_to_fp16, result)


class _Int8(nn.Module):
    """A quantised linear, whose kernel reads and writes fp16 and keeps its own numbers."""

    def __init__(self, linear: nn.Module, rounding: _Rounding) -> None:
        super().__init__()
        self.linear, self._rounding = linear, rounding

    def forward(self, x: Tensor) -> Tensor:
        """Map float32 [tokens, in] to float32 [tokens, out]."""
        self._rounding.paused = True
        try:
            y = self.linear(x)
        finally:
            self._rounding.paused = False
        return round_to_fp16(y)


class _SteppedNorm(nn.Module):
    """A LayerNorm as .tflite has it, in operators of its own."""

    def __init__(self, norm: nn.LayerNorm) -> None:
        super().__init__()
        self.weight, self.bias, self.eps = norm.weight, norm.bias, norm.eps

    def forward(self, x: Tensor) -> Tensor:
        """Map float32 [tokens, channels] to the same."""
        mean = x.mean(-1, keepdim=True)
        difference = x - mean
        variance = (difference * difference).mean(-1, keepdim=True)
        return difference * torch.rsqrt(variance + self.eps) * self.weight + self.bias
