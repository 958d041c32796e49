"""Where training runs: the CPU, or one CUDA device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch

from edgebert.errors import EdgebertError

DEVICES = ("auto", "cpu", "cuda")


@dataclass(frozen=True)
class TrainingDevice:
    """A device and the precision that suits it.

    Attributes:
        kind: "cpu" or "cuda".
        name: for the record.
        precision: of the products; weights and optimizer stay float32.

    """

    kind: Literal["cpu", "cuda"]
    name: str
    precision: Literal["float32", "bfloat16"]


def choose_device(wanted: str) -> TrainingDevice:
    """Choose a device: CUDA where there is one, else the CPU.

    bfloat16 has float32's range, so that nothing needs scaling; devices, CPUs too, that only
    emulate it train in float32.

    Args:
        wanted: one of `DEVICES`.

    Raises:
        EdgebertError: an unknown name, no CUDA device, or more than one.

    """
    if wanted not in DEVICES:
        raise EdgebertError(f"--device {wanted}: unknown, expected one of {', '.join(DEVICES)}")
    if wanted == "cpu" or (wanted == "auto" and not torch.cuda.is_available()):
        name = f"cpu, {torch.get_num_threads()} threads"
        return TrainingDevice("cpu", name, "bfloat16" if _cpu_multiplies_bfloat16() else "float32")
    if not torch.cuda.is_available():
        raise EdgebertError(
            "--device cuda: PyTorch finds no CUDA device; install a build of PyTorch with CUDA, or "
            "choose --device cpu"
        )
    if torch.cuda.device_count() > 1:
        raise EdgebertError(
            f"--device cuda: found {torch.cuda.device_count()} devices and training uses one; "
            "choose it with CUDA_VISIBLE_DEVICES=0"
        )
    bfloat16 = torch.cuda.is_bf16_supported(including_emulation=False)
    name = torch.cuda.get_device_name(0)
    return TrainingDevice("cuda", name, "bfloat16" if bfloat16 else "float32")


def _cpu_multiplies_bfloat16() -> bool:
    """Tell whether the CPU has instructions for products of bfloat16, as x86 and ARM name them."""
    found = torch.cpu.get_capabilities()
    return any(found.get(name, False) for name in ("avx512_bf16", "amx_bf16", "bf16"))
