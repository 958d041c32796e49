"""Reads the scales of statically quantised linears back out of a .tflite."""

from collections.abc import Iterator

from edgebert.inspection.linear_scales import ActivationScale, LinearScales
from edgebert.inspection.litert.model import Operator, Signature, Tensor, read_tflite


def tflite_scales(data: bytes) -> dict[str, dict[str, LinearScales]]:
    """Return the scales of each signature's linears by site.

    A site is what the output tensor is named after: ``bucket_16/layers.0.ffn.up.1.output``.

    Raises:
        ImportError: LiteRT's package is not installed.
        Exception: the file does not hold together.
    """
    return {signature.name: dict(_signature_scales(signature)) for signature in read_tflite(data)}


def _signature_scales(signature: Signature) -> Iterator[tuple[str, LinearScales]]:
    for operator in signature.operators:
        if operator.name != "FULLY_CONNECTED":
            continue
        scales = _static_scales(operator)
        if scales is not None:
            name = operator.outputs[0].name.rpartition("/")[2]
            yield name.removesuffix(".output"), scales


def _static_scales(operator: Operator) -> LinearScales | None:
    source, weight, target = *operator.inputs[:2], operator.outputs[0]
    if any(tensor.dtype not in ("int8", "uint8") for tensor in (source, weight, target)):
        return None
    if weight.scales is None:
        return None
    return LinearScales(_activation(source), _activation(target), weight.scales)


def _activation(tensor: Tensor) -> ActivationScale:
    if tensor.scales is None or tensor.zero_points is None:
        raise ValueError(f"the {tensor.dtype} tensor {tensor.name} has no scale")
    return ActivationScale(float(tensor.scales[0]), int(tensor.zero_points[0]))
