r"""Which roundings static int8 loses by, and what cleverer ones bring back.

    python benchmarks/quality/rounding.py
    python benchmarks/quality/rounding.py checkpoints/assistant --task intent-and-slots \
        --calibration data/assistant/train.jsonl

Quantises a checkpoint in PyTorch as edgebert exports it, then with only some of its roundings, and
then with two corrections of the literature, all with the same table of ranges, on texts that were
not calibrated on. Whatever rounds weights better than to the nearest cannot do better than the row
where weights are not rounded at all. Prints a table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from command_line import one_checkpoint
from gptq import InputSums, round_weights, sum_inputs
from torch import Tensor, nn

from edgebert.exporter.calibration import QuantParameters
from edgebert.exporter.fidelity import Comparison
from edgebert.exporter.graph.deployment import DeploymentGraph
from edgebert.exporter.preparation import Prepared, prepare
from edgebert.exporter.quantization.modules import Int8Weight, StaticLinear, round_trip
from edgebert.exporter.quantization.plan import QuantizationPlan, plan_mode
from edgebert.exporter.quantization.quantize import quantize_graph, replace_linears, split_outliers
from edgebert.exporter.threads import one_thread
from edgebert.progress import silent


class Rounded(nn.Module):
    """A linear that rounds its input, its output, both or neither to int8 at calibrated scales."""

    def __init__(
        self,
        weight: Tensor,
        bias: Tensor | None,
        into: QuantParameters | None,
        out: QuantParameters | None,
    ) -> None:
        super().__init__()
        self.weight, self.bias, self.into, self.out = weight, bias, into, out

    def forward(self, x: Tensor) -> Tensor:
        """Map float32 [tokens, in] to float32 [tokens, out]."""
        x = x if self.into is None else round_trip(x, self.into)
        y = nn.functional.linear(x, self.weight, self.bias)
        return y if self.out is None else round_trip(y, self.out)


Replace = Callable[[str, nn.Linear], nn.Module]


def variants(plan: QuantizationPlan, sums: Mapping[str, InputSums]) -> dict[str, Replace]:
    """Return what takes the place of a static linear, by the name of the variant."""

    def only(inputs: bool = False, weights: bool = False, outputs: bool = False) -> Replace:
        def replace(site: str, linear: nn.Linear) -> nn.Module:
            decision = plan.linears[site]
            weight = linear.weight.detach()
            return Rounded(
                Int8Weight(weight)() if weights else weight,
                linear.bias,
                decision.input if inputs else None,
                decision.output if outputs else None,
            )

        return replace

    def exported(site: str, linear: nn.Linear) -> StaticLinear:
        decision = plan.linears[site]
        assert decision.input is not None
        assert decision.output is not None
        return StaticLinear(linear, decision.input, decision.output)

    def with_gptq(site: str, linear: nn.Linear) -> nn.Module:
        module = exported(site, linear)
        module.weight.values.copy_(round_weights(linear.weight.detach(), sums[site].products))
        return module

    def with_corrected_bias(site: str, linear: nn.Linear) -> nn.Module:
        """Nagel et al. 2019, "Data-Free Quantization", with calibration's means for the inputs."""
        weight = linear.weight.detach()
        shift = (weight - Int8Weight(weight)()).double() @ (sums[site].sum / sums[site].count)
        corrected = nn.Linear(linear.in_features, linear.out_features)
        corrected.weight = linear.weight
        bias = 0.0 if linear.bias is None else linear.bias.detach().double()
        corrected.bias = nn.Parameter((bias + shift).float())
        return exported(site, corrected)

    return {
        "the word embedding alone": lambda _, linear: linear,
        "all, as exported": exported,
        "inputs alone": only(inputs=True),
        "outputs alone": only(outputs=True),
        "inputs and outputs": only(inputs=True, outputs=True),
        "weights alone": only(weights=True),
        "all, weights by GPTQ": with_gptq,
        "all, biases corrected": with_corrected_bias,
    }


def measured(prepared: Prepared) -> dict[str, Comparison]:
    """Compare every variant with fp32."""
    graph, inputs = prepared.graph, prepared.inputs
    plan = plan_mode(graph.sites(), "static", prepared.table)
    static = set(plan.static_sites())
    split = split_outliers(graph, plan)
    texts = [inputs.tensors(inputs.encode(sample)) for sample in prepared.texts.calibration]
    sums = sum_inputs(split, static, texts)
    words = quantize_graph(split, plan).embeddings.words

    def built(replace: Replace) -> DeploymentGraph:
        changed = replace_linears(
            split, lambda site, linear: replace(site, linear) if site in static else linear
        )
        changed.embeddings.words = words
        return changed.eval()

    graphs = {name: built(replace) for name, replace in variants(plan, sums).items()}
    found = {name: Comparison(frame=graph.head.frame) for name in graphs}
    with torch.inference_mode():
        for encoding in prepared.encodings:
            arguments = inputs.tensors(encoding)
            expected = _named(graph, graph(*arguments))
            for name, variant in graphs.items():
                found[name].update(expected, _named(graph, variant(*arguments)))
    return found


def _named(graph: DeploymentGraph, outputs: Sequence[Tensor]) -> dict[str, object]:
    pairs = zip(graph.output_names, outputs, strict=True)
    return {name: output.numpy() for name, output in pairs}


def main() -> None:
    """Measure and print the table."""
    checkpoint = one_checkpoint(__doc__)
    with one_thread():
        found = measured(prepare(checkpoint.recipe(), silent))
    print("| rounded to int8 | deviation % | agreement | worst cosine |")
    print("|---|---|---|---|")
    for name, comparison in found.items():
        deviation = f"{100 * comparison.deviation:.2f}"
        agreement = f"{comparison.agreement:.4f}"
        print(f"| {name} | {deviation} | {agreement} | {comparison.worst_cosine:.4f} |")


if __name__ == "__main__":
    main()
