"""Python on an emulated ARM processor: which processors, what they look like, how to start it.

One process is emulated, not a machine: it needs neither root nor namespaces. Its parts are those
that `PYTHONPATH=tests python -m stand_ins.fetch` fetches.
"""

from __future__ import annotations

import platform
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stand_ins.fetch import CONTENTS, missing_parts

CHECKOUT = Path(__file__).parents[2]
PARTS = ("qemu", "python", "counting", "engines")
PYTHON = "usr/bin/python3.13"
LOADER = "lib/ld-linux-x86-64.so.2"
CPU_FOLDER = "sys/devices/system/cpu"
CPU_LISTS = ("possible", "present", "online")


@dataclass(frozen=True)
class Processor:
    """A processor that can be emulated.

    Attributes:
        name: what the results call it.
        model: of the newer qemu, which counts nothing.
        counted: of the one that counts, with its switches.
        part: implementer, variant, part and revision, as Linux shows the Main ID Register.
        features: as Linux names them; libraries choose their kernels by these.

    """

    name: str
    model: str
    counted: str
    part: tuple[str, str, str, str]
    features: str

    @property
    def cpuinfo(self) -> str:
        """What /proc/cpuinfo says on a machine with one such core."""
        implementer, variant, part, revision = self.part
        return (
            f"processor\t: 0\nBogoMIPS\t: 100.00\nFeatures\t: {self.features}\n"
            f"CPU implementer\t: {implementer}\nCPU architecture: 8\nCPU variant\t: {variant}\n"
            f"CPU part\t: {part}\nCPU revision\t: {revision}\n\n"
        )


_V8_0 = "fp asimd aes pmull sha1 sha2 crc32"
_V8_2 = f"{_V8_0} atomics fphp asimdhp asimdrdm lrcpc dcpop asimddp"
PROCESSORS = {
    processor.name: processor
    for processor in (
        # Raspberry Pi 3, and the small cores of old phones: no dot product.
        Processor("cortex-a53", "cortex-a53", "cortex-a53", ("0x41", "0x0", "0xd03", "4"), _V8_0),
        # Raspberry Pi 5, and the large cores of phones since 2019: sdot.
        Processor("cortex-a76", "cortex-a76", "cortex-a76", ("0x41", "0x4", "0xd0b", "1"), _V8_2),
        # smmla, as phones since 2022 have it. The emulator that counts knows no such core, only
        # all that there is; its SME computes wrongly, so that is off, and SVE with it.
        Processor(
            "neoverse-n2",
            "neoverse-n2",
            "max,sve=off,sme=off,pauth=off",
            ("0x00", "0x0", "0x051", "0"),
            f"{_V8_2} asimdfhm jscvt fcma i8mm bf16",
        ),
    )
}


@dataclass(frozen=True)
class Emulator:
    """An emulated processor with a root file system, as long as `emulator` runs.

    Attributes:
        root: where the emulated process finds what it has to find elsewhere than this machine.
        processor: what is emulated.

    """

    root: Path
    processor: Processor

    def command(self, program: Path, *arguments: str) -> list[str]:
        """Return the command that runs a Python program of this machine.

        Args:
            program: its file.
            arguments: for the program.

        """
        qemu = [CONTENTS / "qemu" / "qemu-aarch64", "-cpu", self.processor.model]
        return self._with_python(qemu, program, arguments)

    def counting_command(
        self, program: Path, *arguments: str, plugin: Path, log: Path
    ) -> list[str]:
        """Return the command that runs a program, on the older emulator, while a plugin looks on.

        Args:
            program: its file.
            arguments: for the program.
            plugin: a library for qemu.
            log: where the plugin's lines go.

        """
        counting = CONTENTS / "counting"
        loader = [counting / LOADER, "--library-path", counting / "lib"]
        qemu = [*loader, counting / "qemu-aarch64", "-cpu", self.processor.counted]
        options = ["-plugin", plugin, "-d", "plugin", "-D", log]
        return self._with_python([*qemu, *options], program, arguments)

    def _with_python(
        self, qemu: Sequence[object], program: Path, arguments: Sequence[str]
    ) -> list[str]:
        python = ["-L", self.root, self.root / PYTHON]
        return [*map(str, [*qemu, *python, program]), *arguments]


# Nothing but this: the program's stack, and with it a few instructions, would depend on the rest.
ENVIRONMENT = {
    "PYTHONPATH": f"{CHECKOUT}:{CONTENTS / 'engines'}",
    # As the emulated process sees it: below a root of another name each time, the byte code of the
    # standard library would be another's.
    "PYTHONHOME": "/usr",
    # Compiling what is imported takes longer than most inferences do.
    "PYTHONPYCACHEPREFIX": str(CONTENTS.parent / "bytecode"),
    "PYTHONHASHSEED": "0",
    "LC_ALL": "C.UTF-8",
}


@contextmanager
def emulator(processor: Processor) -> Iterator[Emulator]:
    """Make an emulated processor that has one core; it is gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="edgebert-arm-") as folder:
        root = Path(folder)
        (root / "usr").symlink_to(CONTENTS / "python" / "usr")
        (root / "lib").symlink_to("usr/lib")
        (root / "proc").mkdir()
        (root / "proc/cpuinfo").write_text(processor.cpuinfo)
        (root / CPU_FOLDER).mkdir(parents=True)
        for name in CPU_LISTS:
            (root / CPU_FOLDER / name).write_text("0\n")
        yield Emulator(root, processor)


def find_problem() -> str | None:
    """Return why this machine can emulate no processor, or None where it can."""
    if platform.machine() != "x86_64":
        return f"this machine is {platform.machine()}, and the emulator for x86_64"
    missing = missing_parts(PARTS)
    if missing:
        return f"{', '.join(missing)} missing; PYTHONPATH=tests python -m stand_ins.fetch"
    return None


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command of an emulator to its end, and return what it printed."""
    return subprocess.run(
        command, env=ENVIRONMENT, capture_output=True, text=True, errors="replace", check=False
    )
