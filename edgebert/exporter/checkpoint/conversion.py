"""Tensor names: what BERT and older files call them, and what SqueezeBERT calls them.

A BERT layer is a SqueezeBERT layer whose convolutions have kernel size 1 and one group: a Linear
with weight (out, in) equals a Conv1d with weight (out, in, 1). Renaming the tensors and adding
that axis converts a BERT checkpoint exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from torch import Tensor

from edgebert.exporter.checkpoint.architecture import Family

_LAYER = re.compile(r"encoder\.layer\.(\d+)\.(.+)", re.DOTALL)
_LAYER_PARTS = {
    "attention.self.": "attention.",
    "attention.output.dense.": "post_attention.conv1d.",
    "attention.output.LayerNorm.": "post_attention.layernorm.",
    "intermediate.dense.": "intermediate.conv1d.",
    # Only activations with parameters of their own (prelu, xielu) have tensors here.
    "intermediate.intermediate_act_fn.": "intermediate.act.",
    "output.dense.": "output.conv1d.",
    "output.LayerNorm.": "output.layernorm.",
}
# Files converted from TensorFlow name the parameters of LayerNorm so.
_OLD_ENDINGS = {"LayerNorm.gamma": "LayerNorm.weight", "LayerNorm.beta": "LayerNorm.bias"}
_WORD_EMBEDDINGS = "embeddings.word_embeddings.weight"


def base_prefix(names: Iterable[str]) -> str | None:
    """Return what precedes the base model's tensor names ("" for a base model's own file).

    None where no name looks like one of a BERT or SqueezeBERT.
    """
    present = set(names)
    for prefix in ("transformer.", "bert.", ""):
        if prefix + _WORD_EMBEDDINGS in present:
            return prefix
    return None


def squeezebert_name(name: str, prefix: str, family: Family) -> str:
    """Return a stored tensor's name as SqueezeBertModel names it; heads keep their names.

    Args:
        name: The stored name, such as "bert.encoder.layer.0.output.dense.weight".
        prefix: What `base_prefix` found.
        family: Whose names they are.

    """
    name = name.removeprefix(prefix)
    for old, new in _OLD_ENDINGS.items():
        if name.endswith(old):
            name = name.removesuffix(old) + new
    layer = _LAYER.fullmatch(name) if family == "bert" else None
    if layer is None:
        return name
    index, part = layer.groups()
    for bert, squeezebert in _LAYER_PARTS.items():
        if part.startswith(bert):
            part = squeezebert + part.removeprefix(bert)
            break
    return f"encoder.layers.{index}.{part}"


def linears_as_convolutions(
    tensors: Mapping[str, Tensor], axes: Mapping[str, int]
) -> dict[str, Tensor]:
    """Give Linear weights (out, in) the kernel axis (out, in, 1) where a Conv1d expects them.

    Args:
        tensors: BERT's tensors under SqueezeBERT's names.
        axes: How many axes SqueezeBERT's tensor of each name has.

    """
    return {
        name: tensor.unsqueeze(-1) if tensor.dim() == 2 and axes.get(name) == 3 else tensor
        for name, tensor in tensors.items()
    }
