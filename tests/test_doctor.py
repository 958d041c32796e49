"""What doctor says of this machine, and of others by the texts that their kernels write."""

import os
import platform
import subprocess
import sys
from importlib import metadata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgebert.doctor import diagnose, parse_cpuinfo
from edgebert.doctor.advice import EXPORT_PACKAGES, advise
from edgebert.doctor.cpu import FEATURES, describe_without_cpuinfo
from edgebert.doctor.diagnosis import Memory, parse_meminfo


def x86_processor(number: int, core: int, flags: str) -> str:
    return (
        f"processor\t: {number}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 151\n"
        f"model name\t: Some Vendor Core(TM) i5: 3.1GHz\nphysical id\t: 0\ncore id\t\t: {core}\n"
        f"cpu cores\t: 2\nfpu\t\t: yes\nflags\t\t: fpu sse2 {flags}\nvmx flags\t: vnmi\n\n"
    )


def arm_processor(number: int, part: str, features: str, implementer: str = "0x41") -> str:
    return (
        f"processor\t: {number}\nBogoMIPS\t: 108.00\nFeatures\t: fp asimd crc32 {features}\n"
        f"CPU implementer\t: {implementer}\nCPU architecture: 8\nCPU variant\t: 0x0\n"
        f"CPU part\t: {part}\nCPU revision\t: 3\n\n"
    )


def board(model: str) -> str:
    return f"Revision\t: c03111\nSerial\t\t: 10000000abcdef01\nModel\t\t: {model}\n"


X86 = "".join(
    x86_processor(number, number // 2, "avx avx2 avx512f avx_vnni") for number in range(4)
)
PI_4 = "".join(arm_processor(number, "0xd08", "cpuid") for number in range(4)) + board(
    "Raspberry Pi 4 Model B Rev 1.1"
)
PI_5 = "".join(
    arm_processor(number, "0xd0b", "aes fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp")
    for number in range(4)
) + board("Raspberry Pi 5 Model B Rev 1.0")
PHONE = (
    "Processor\t: AArch64 Processor rev 14 (aarch64)\n"
    + "".join(arm_processor(number, "0xd05", "asimddp") for number in range(4))
    + "".join(arm_processor(number, "0xd0b", "asimddp i8mm") for number in range(4, 7))
    + arm_processor(7, "0xd44", "asimddp i8mm")
    + "Hardware\t: Vendor Technologies, Inc SM1234\n"
)
OLD_ARM = (
    "Processor\t: ARMv7 Processor rev 0 (v7l)\nprocessor\t: 0\nBogoMIPS\t: 38.40\n\n"
    "processor\t: 1\nBogoMIPS\t: 38.40\n\n"
    "Features\t: swp half thumb fastmult vfp edsp neon vfpv3\nCPU implementer\t: 0x51\n"
    "CPU part\t: 0x06f\n\nHardware\t: Flo\n"
)


def test_x86_counts_cores_apart_from_their_threads():
    cpu = parse_cpuinfo(X86, "x86_64", threads=4)
    assert cpu.model == "Some Vendor Core(TM) i5: 3.1GHz"
    assert cpu.board is None
    assert (cpu.cores, cpu.threads) == (2, 4)
    assert cpu.features == {"avx2": True, "avx_vnni": True, "avx512_vnni": False}


@pytest.mark.parametrize(
    ("text", "model", "name", "dotprod"),
    [
        (PI_4, "4 x Cortex-A72", "Raspberry Pi 4 Model B Rev 1.1", False),
        (PI_5, "4 x Cortex-A76", "Raspberry Pi 5 Model B Rev 1.0", True),
    ],
    ids=["pi 4", "pi 5"],
)
def test_raspberry_pi_is_named_with_its_cores(text, model, name, dotprod):
    cpu = parse_cpuinfo(text, "aarch64", threads=4)
    assert (cpu.model, cpu.board, cpu.cores) == (model, name, 4)
    assert cpu.features == {"asimddp": dotprod, "i8mm": False, "sve": False}


def test_phone_has_what_all_its_cores_have():
    cpu = parse_cpuinfo(PHONE, "aarch64", threads=8)
    assert cpu.model == "4 x Cortex-A55 + 3 x Cortex-A76 + 1 x Cortex-X1"
    assert cpu.board == "Vendor Technologies, Inc SM1234"
    assert cpu.cores == 8
    assert cpu.features == {"asimddp": True, "i8mm": False, "sve": False}


def test_old_arm_kernels_list_the_features_once():
    cpu = parse_cpuinfo(OLD_ARM, "armv7l", threads=2)
    assert cpu.cores == 2
    assert cpu.model == "2 x implementer 0x51 part 0x06f"
    assert cpu.features == {"asimddp": False, "i8mm": False, "sve": False}


def test_features_are_unknown_rather_than_missing_where_nothing_is_said():
    cpu = parse_cpuinfo("", "riscv64", threads=3)
    assert (cpu.model, cpu.cores, cpu.features) == ("riscv64", 3, {})


def test_without_cpuinfo_python_is_asked():
    mac = describe_without_cpuinfo("Darwin", "arm64", "arm", 8)
    assert (mac.model, mac.threads, mac.features) == ("Apple silicon", 8, {"asimddp": True})
    windows = describe_without_cpuinfo("Windows", "AMD64", "Intel64 Family 6", 4)
    assert (windows.model, windows.features) == ("Intel64 Family 6", {})


lines = st.sampled_from(
    [
        "",
        "processor : 0",
        "core id : 1",
        "core id",
        "CPU part : 0xd08",
        "flags : a b",
        "Model :",
        ":",
    ]
)


@given(st.lists(lines | st.text(max_size=20)).map("\n".join), st.sampled_from(["x86_64", "arm64"]))
def test_any_cpuinfo_can_be_read(text, machine):
    cpu = parse_cpuinfo(text, machine, threads=1)
    assert cpu.cores >= 1
    assert cpu.model
    assert set(cpu.features) in (set(), set(FEATURES["x86"]), set(FEATURES["arm"]))


def test_meminfo_is_in_units_of_1024_bytes():
    text = (
        "MemTotal:        1024 kB\nMemFree:  12 kB\nMemAvailable:    512 kB\nHugePages_Total:  0\n"
    )
    assert parse_meminfo(text) == Memory(total=1 << 20, available=1 << 19)
    assert parse_meminfo("MemTotal: 2 kB\n") == Memory(total=2048, available=None)
    assert parse_meminfo("nonsense") is None


ALL_ENGINES = {"executorch": "1.4.1", "litert": "2.3.0", "onnxruntime": "1.31.1"}
ALL_PACKAGES = dict.fromkeys(EXPORT_PACKAGES, "1.0")
NO_PACKAGES = dict.fromkeys(EXPORT_PACKAGES)
DOTPROD = {"asimddp": True, "i8mm": False, "sve": False}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"engines": dict.fromkeys(ALL_ENGINES)}, ["no engine", "pip install 'edgebert[litert]'"]),
        (
            {"engines": ALL_ENGINES | {"litert": "2.14.0 (tflite-runtime)"}},
            ["tflite-runtime", "dynamic int8 wrongly", "pip install ai-edge-litert"],
        ),
        ({"features": DOTPROD | {"asimddp": False}}, ["no int8 dot product", "asimddp"]),
        (
            {"features": {"avx2": True, "avx_vnni": False, "avx512_vnni": False}},
            ["no VNNI", "same answers"],
        ),
        ({"machine": "armv7l"}, ["32-bit", "64-bit Raspberry Pi OS"]),
        ({"packages": ALL_PACKAGES | {"onnx": None}}, ["lacks onnx:", "edgebert[export]"]),
    ],
    ids=["no engine", "old runtime", "no dotprod", "no vnni", "32 bit", "export"],
)
def test_each_lack_gets_one_line_of_advice(changes, words):
    given_ = {"machine": "aarch64", "features": DOTPROD}
    given_ |= {"engines": ALL_ENGINES, "packages": ALL_PACKAGES}
    (line,) = advise(**(given_ | changes))
    assert all(word in line for word in words)
    assert "\n" not in line


@pytest.mark.parametrize("packages", [ALL_PACKAGES, NO_PACKAGES], ids=["workstation", "device"])
@pytest.mark.parametrize(
    "features", [DOTPROD, {"avx2": True, "avx_vnni": True, "avx512_vnni": False}, {}]
)
def test_a_machine_that_lacks_nothing_gets_no_advice(packages, features):
    assert advise("aarch64", features, engines=ALL_ENGINES, packages=packages) == ()


def test_diagnosis_is_of_this_machine():
    found = diagnose()
    assert found.python == platform.python_version()
    assert found.machine == platform.machine()
    assert 1 <= found.cpu.threads <= os.cpu_count()
    assert found.memory is None or found.memory.total > 1 << 27
    assert [engine.name for engine in found.engines] == ["executorch", "litert", "onnxruntime"]
    for name in EXPORT_PACKAGES:
        try:
            expected = metadata.version(name)
        except metadata.PackageNotFoundError:
            expected = None
        assert found.packages[name] == expected
    assert msgspec.json.decode(msgspec.json.encode(found), type=type(found)) == found


def test_diagnosing_imports_no_runtime():
    code = (
        "import sys; from edgebert.doctor import diagnose; diagnose(); "
        "print([name for name in ('torch', 'transformers', 'onnx', 'onnxruntime', "
        "'ai_edge_litert.interpreter', 'executorch.runtime') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (result.stdout.strip(), result.stderr) == ("[]", "")
