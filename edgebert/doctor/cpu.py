"""The CPU: its model, its cores, and the instructions that int8 kernels live on."""

import os
import platform
from collections import Counter
from pathlib import Path

import msgspec

# The instructions that decide how fast int8 is, as Linux names them. asimddp is the dot product
# of ARMv8.2 (`sdot`), i8mm its matrix form (`smmla`); VNNI is the dot product of x86.
FEATURES = {
    "x86": ("avx2", "avx_vnni", "avx512_vnni"),
    "arm": ("asimddp", "i8mm", "sve"),
}

# Main ID Register: (implementer, part) -> core. Linux passes the numbers on and no names.
_CORES = {
    ("0x41", "0xc07"): "Cortex-A7",
    ("0x41", "0xd03"): "Cortex-A53",
    ("0x41", "0xd04"): "Cortex-A35",
    ("0x41", "0xd05"): "Cortex-A55",
    ("0x41", "0xd07"): "Cortex-A57",
    ("0x41", "0xd08"): "Cortex-A72",
    ("0x41", "0xd09"): "Cortex-A73",
    ("0x41", "0xd0a"): "Cortex-A75",
    ("0x41", "0xd0b"): "Cortex-A76",
    ("0x41", "0xd0c"): "Neoverse-N1",
    ("0x41", "0xd0d"): "Cortex-A77",
    ("0x41", "0xd40"): "Neoverse-V1",
    ("0x41", "0xd41"): "Cortex-A78",
    ("0x41", "0xd44"): "Cortex-X1",
    ("0x41", "0xd46"): "Cortex-A510",
    ("0x41", "0xd47"): "Cortex-A710",
    ("0x41", "0xd48"): "Cortex-X2",
    ("0x41", "0xd49"): "Neoverse-N2",
    ("0x41", "0xd4d"): "Cortex-A715",
    ("0x41", "0xd4e"): "Cortex-X3",
    ("0x41", "0xd4f"): "Neoverse-V2",
    ("0x41", "0xd80"): "Cortex-A520",
    ("0x41", "0xd81"): "Cortex-A720",
    ("0x41", "0xd82"): "Cortex-X4",
}


class Cpu(msgspec.Struct, frozen=True):
    """A CPU.

    Attributes:
        model: its name; on ARM the kinds of core, such as "4 x Cortex-A55 + 4 x Cortex-A76".
        board: what it sits in, where the system tells ("Raspberry Pi 5 Model B Rev 1.0").
        cores: physical cores.
        threads: logical processors that this process may use.
        features: which of the instructions that matter for int8 it has; empty where the system
            does not tell.
    """

    model: str
    board: str | None
    cores: int
    threads: int
    features: dict[str, bool]


def read_cpu() -> Cpu:
    """Describe this machine's CPU from /proc/cpuinfo, or from Python where there is none."""
    threads = usable_threads()
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8", errors="replace")
    except OSError:
        return describe_without_cpuinfo(
            platform.system(), platform.machine(), platform.processor(), threads
        )
    return parse_cpuinfo(text, platform.machine(), threads)


def usable_threads() -> int:
    """Count the logical processors that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def parse_cpuinfo(text: str, machine: str, threads: int) -> Cpu:
    """Describe a CPU from the text of /proc/cpuinfo, as x86 and ARM kernels write it.

    Args:
        text: the file.
        machine: as ``uname -m`` has it: x86_64, aarch64, armv7l...
        threads: logical processors that may be used.
    """
    blocks = _blocks(text)
    features = _common_features(blocks)
    names = FEATURES.get(family(machine), ())
    return Cpu(
        model=_model(blocks) or machine,
        board=_last(blocks, "Model") or _last(blocks, "Hardware"),
        cores=_count_cores(blocks) or threads,
        threads=threads,
        features={name: name in features for name in names} if features else {},
    )


def describe_without_cpuinfo(system: str, machine: str, processor: str, threads: int) -> Cpu:
    """Describe a CPU by what Python's platform module knows (macOS, Windows).

    Every Mac with an ARM chip has the dot product; nothing else is known of its instructions.
    """
    apple_silicon = system == "Darwin" and family(machine) == "arm"
    return Cpu(
        model="Apple silicon" if apple_silicon else processor or machine or "unknown",
        board=None,
        cores=threads,
        threads=threads,
        features={"asimddp": True} if apple_silicon else {},
    )


def family(machine: str) -> str:
    """Return the family of an architecture: x86, arm or other."""
    name = machine.lower()
    if name in ("x86_64", "amd64", "i386", "i686"):
        return "x86"
    return "arm" if name.startswith(("arm", "aarch64")) else "other"


def _blocks(text: str) -> list[dict[str, str]]:
    """Split into paragraphs of "key : value" lines. Old ARM kernels put no blank lines between."""
    blocks: list[dict[str, str]] = [{}]
    for line in text.splitlines():
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or key == "processor":
            blocks.append({})
        if colon:
            blocks[-1][key] = value
    return [block for block in blocks if block]


def _last(blocks: list[dict[str, str]], key: str) -> str | None:
    values = [block[key] for block in blocks if block.get(key)]
    return values[-1] if values else None


def _common_features(blocks: list[dict[str, str]]) -> set[str]:
    """Return what all processors have: threads may run on any of them."""
    lists = [block.get("flags") or block.get("Features") for block in blocks]
    sets = [set(names.split()) for names in lists if names]
    return set.intersection(*sets) if sets else set()


def _model(blocks: list[dict[str, str]]) -> str:
    kinds = Counter(_core_name(block) for block in blocks if "CPU part" in block)
    if len(kinds) == 1:  # old kernels name it once for all
        return f"{_count_cores(blocks)} x {next(iter(kinds))}"
    if kinds:
        return " + ".join(f"{count} x {kind}" for kind, count in kinds.items())
    return _last(blocks, "model name") or ""


def _core_name(block: dict[str, str]) -> str:
    implementer, part = block.get("CPU implementer", ""), block["CPU part"]
    return _CORES.get((implementer, part), f"implementer {implementer} part {part}")


def _count_cores(blocks: list[dict[str, str]]) -> int:
    """Count cores; x86 lists the two threads of a core as processors with one core id."""
    processors = [block for block in blocks if "processor" in block]
    if all("core id" in block for block in processors):
        return len({(block.get("physical id"), block["core id"]) for block in processors})
    return len(processors)
