r"""Which roundings static int8 loses by, and what cleverer ones bring back.

    python benchmarks/quality/rounding.py
    python benchmarks/quality/rounding.py checkpoints/assistant --task intent-and-slots \
        --calibration data/assistant/train.jsonl --field text

Quantises a checkpoint in PyTorch as edgebert exports it, then with only some of its roundings, and
then with two corrections of the literature, all with the same table of ranges, on texts that were
not calibrated on. Whatever rounds weights better than to the nearest cannot do better than the row
where weights are not rounded at all. Prints a table.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from outliers import MINILM, TEXTS
from torch import Tensor, nn

from edgebert.exporter.calibration import QuantParameters, quantize_weight
from edgebert.exporter.fidelity import Comparison
from edgebert.exporter.graph.deployment import DeploymentGraph
from edgebert.exporter.preparation import Prepared, prepare
from edgebert.exporter.quantization.modules import StaticLinear
from edgebert.exporter.quantization.plan import QuantizationPlan, plan_mode
from edgebert.exporter.quantization.quantize import quantize_graph, replace_linears, split_outliers
from edgebert.exporter.recipe import Recipe, find_checkpoint
from edgebert.exporter.threads import one_thread
from edgebert.progress import silent

# Added to the diagonal of GPTQ's matrix, as a share of its mean; as in the paper.
DAMPING = 0.01


@dataclass(frozen=True)
class Statistics:
    """What a linear read while the calibration texts ran.

    Attributes:
        products: the sum of x xᵀ over its inputs x, float64 [in, in].
        sum: the sum of x, float64 [in].
        count: how many there were.
    """

    products: Tensor
    sum: Tensor
    count: int


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
        y = nn.functional.linear(_to_int8(x, self.into), self.weight, self.bias)
        return _to_int8(y, self.out)


def _to_int8(x: Tensor, parameters: QuantParameters | None) -> Tensor:
    """Round to int8 and back."""
    if parameters is None:
        return x
    steps = torch.round(x / parameters.scale) + parameters.zero_point
    return (steps.clamp(-128, 127) - parameters.zero_point) * parameters.scale


def gptq(weight: Tensor, products: Tensor) -> tuple[Tensor, Tensor]:
    """Round a weight matrix column by column, each making up for the errors before it.

    Frantar et al. 2023, "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained
    Transformers", without its blocks; the scales are those of rounding to the nearest.

    Args:
        weight: float32 [out, in].
        products: x xᵀ summed over the inputs, float64 [in, in].

    Returns:
        int8 [out, in], and scales float32 [out].
    """
    _, scales = quantize_weight(weight)
    remaining = weight.double().clone()
    damped = products + DAMPING * products.diagonal().mean() * torch.eye(len(products))
    upper = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(damped)), upper=True)
    rounded = torch.empty_like(weight, dtype=torch.int8)
    for column in range(weight.shape[1]):
        steps = torch.round(remaining[:, column] / scales).clamp(-127, 127)
        rounded[:, column] = steps.to(torch.int8)
        error = (remaining[:, column] - steps * scales) / upper[column, column]
        remaining[:, column:] -= error[:, None] * upper[column, column:]
    return rounded, scales


Replace = Callable[[str, nn.Linear], nn.Module]


def variants(plan: QuantizationPlan, statistics: Mapping[str, Statistics]) -> dict[str, Replace]:
    """Return what takes the place of a static linear, by the name of the variant."""

    def of(inputs: bool, weights: bool, outputs: bool) -> Replace:
        def replace(site: str, linear: nn.Linear) -> nn.Module:
            decision = plan.linears[site]
            weight = _nearest(linear.weight.detach()) if weights else linear.weight.detach()
            into = decision.input if inputs else None
            return Rounded(weight, linear.bias, into, decision.output if outputs else None)

        return replace

    def exported(site: str, linear: nn.Linear) -> StaticLinear:
        decision = plan.linears[site]
        assert decision.input is not None
        assert decision.output is not None
        return StaticLinear(linear, decision.input, decision.output)

    def with_gptq(site: str, linear: nn.Linear) -> nn.Module:
        module = exported(site, linear)
        values, _ = gptq(linear.weight.detach(), statistics[site].products)
        module.weight.values.copy_(values)
        return module

    def with_corrected_bias(site: str, linear: nn.Linear) -> nn.Module:
        """Nagel et al. 2019, "Data-Free Quantization", with calibration's means for the inputs."""
        seen = statistics[site]
        weight = linear.weight.detach()
        shift = (weight - _nearest(weight)).double() @ (seen.sum / seen.count)
        corrected = nn.Linear(linear.in_features, linear.out_features)
        corrected.weight = linear.weight
        bias = 0.0 if linear.bias is None else linear.bias.detach().double()
        corrected.bias = nn.Parameter((bias + shift).float())
        return exported(site, corrected)

    return {
        "all of them, as exported": exported,
        "inputs alone": of(True, False, False),
        "outputs alone": of(False, False, True),
        "inputs and outputs, weights in fp32": of(True, False, True),
        "weights alone": of(False, True, False),
        "all, weights by GPTQ": with_gptq,
        "all, biases corrected": with_corrected_bias,
    }


def _nearest(weight: Tensor) -> Tensor:
    values, scales = quantize_weight(weight)
    return values.float() * scales[:, None]


def collect(
    graph: DeploymentGraph, sites: Sequence[str], texts: Sequence[tuple[Tensor, ...]]
) -> dict[str, Statistics]:
    """Run texts in fp32 and sum up what every site reads."""
    found: dict[str, Statistics] = {}

    def watch(site: str, linear: nn.Linear) -> nn.Module:
        found[site] = Statistics(
            torch.zeros(linear.in_features, linear.in_features, dtype=torch.float64),
            torch.zeros(linear.in_features, dtype=torch.float64),
            0,
        )

        class Watched(nn.Module):
            def forward(self, x: Tensor) -> Tensor:
                seen, rows = found[site], x.reshape(-1, x.shape[-1]).double()
                found[site] = Statistics(
                    seen.products + rows.T @ rows, seen.sum + rows.sum(0), seen.count + len(rows)
                )
                return linear(x)  # type: ignore[no-any-return]

        return Watched() if site in sites else linear

    watched = replace_linears(graph, watch)
    with torch.inference_mode():
        for text in texts:
            watched(*text)
    return found


def measured(prepared: Prepared) -> dict[str, Comparison]:
    """Compare every variant with fp32."""
    graph, inputs = prepared.graph, prepared.inputs
    plan = plan_mode(graph.sites(), "static", prepared.table)
    static = list(plan.static_sites())
    texts = [inputs.tensors(inputs.encode(sample)) for sample in prepared.texts.calibration]
    split = split_outliers(graph, plan)
    statistics = collect(split, static, texts)
    rounded_embedding = quantize_graph(split, plan).embeddings.words

    def built(replace: Replace) -> DeploymentGraph:
        copied = replace_linears(
            split, lambda site, linear: replace(site, linear) if site in static else linear
        )
        copied.embeddings.words = rounded_embedding
        return copied.eval()

    graphs = {"the word embedding alone": built(lambda _, linear: linear)}
    graphs |= {name: built(change) for name, change in variants(plan, statistics).items()}
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
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", nargs="?", default=MINILM, help="default: MiniLM")
    parser.add_argument("--task", default="feature-extraction")
    parser.add_argument("--calibration", default=str(TEXTS), help="default: our own sentences")
    parser.add_argument("--field", help="of the calibration texts, in .jsonl")
    arguments = parser.parse_args()
    recipe = Recipe(
        checkpoint=find_checkpoint(arguments.checkpoint),
        task=arguments.task,
        pooling="mean" if arguments.task == "feature-extraction" else None,
        calibration=arguments.calibration,
        field=arguments.field,
        buckets=(128,),
    )
    with one_thread():
        found = measured(prepare(recipe, silent))
    print("| rounded to int8 | deviation % | agreement | worst cosine |")
    print("|---|---|---|---|")
    for name, comparison in found.items():
        deviation = f"{100 * comparison.deviation:.2f}"
        agreement = f"{comparison.agreement:.4f}"
        print(f"| {name} | {deviation} | {agreement} | {comparison.worst_cosine:.4f} |")


if __name__ == "__main__":
    main()
