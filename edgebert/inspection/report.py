"""What an artifact holds, read from the file itself."""

from typing import Literal

import msgspec

from edgebert.bundle.manifest import Backend, Mode

Precision = Literal["int8", "dynamic int8", "fp32", "integer", "other"]


class TensorReport(msgspec.Struct, frozen=True):
    """An input or output. Dimensions are sizes, or names where the length is dynamic.

    A .pte does not name its tensors: they are ``input_0``, ``output_0`` in the order of the call.
    """

    name: str
    dtype: str
    shape: tuple[int | str, ...]


class OperatorReport(msgspec.Struct, frozen=True):
    """All operators of one kind in one method.

    Attributes:
        name: the operator as its format calls it.
        precision: ``int8`` computes (or stores, or converts) 8-bit integers whose scales are in the
            file, ``dynamic int8`` takes the scales of its input at run time, ``integer`` is
            arithmetic on ids, masks and shapes.
        runs_on: ``xnnpack`` or ``mlas`` (kernel libraries for linear algebra), ``portable``
            (ExecuTorch's kernels outside a delegate), ``builtin`` (a kernel of LiteRT or ONNX
            Runtime itself), or the name of another delegate.
        count: how many there are.
        weight_bytes: bytes of the constants that they read, each counted once.
        linear: whether they multiply by constant weights.
    """

    name: str
    precision: Precision
    runs_on: str
    count: int
    weight_bytes: int
    linear: bool


class MethodReport(msgspec.Struct, frozen=True):
    """One entry point: a method of a .pte, a signature of a .tflite, the graph of an .onnx."""

    name: str
    inputs: tuple[TensorReport, ...]
    outputs: tuple[TensorReport, ...]
    operators: tuple[OperatorReport, ...]


class FileReport(msgspec.Struct, frozen=True):
    """An artifact.

    Attributes:
        backend: the format.
        precision: the mode, judged from the linears: ``static`` where any has its scales in the
            file, else ``dynamic`` where any takes them at run time, else ``fp32``.
        size: bytes of the file.
        methods: the entry points; they share the constants.
        constants: bytes of constants by dtype, each stored constant counted once.
    """

    backend: Backend
    precision: Mode
    size: int
    methods: tuple[MethodReport, ...]
    constants: dict[str, int]
