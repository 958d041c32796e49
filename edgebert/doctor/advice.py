"""Turns what a machine has into advice in plain words."""

from collections.abc import Mapping

from edgebert.doctor.cpu import family

# What `edgebert export` needs beside the engines.
EXPORT_PACKAGES = (
    "torch",
    "transformers",
    "executorch",
    "litert-torch",
    "ai-edge-quantizer",
    "onnx",
    "onnxscript",
)

# The name by which an engine says that TensorFlow Lite's old runtime is what would run.
_OLD_RUNTIME = "tflite-runtime"


def advise(
    machine: str,
    features: Mapping[str, bool],
    *,
    engines: Mapping[str, str | None],
    packages: Mapping[str, str | None],
) -> tuple[str, ...]:
    """Say what is wrong or could be better, most important first.

    Args:
        machine: as ``uname -m`` has it.
        features: int8 instructions by name; empty where unknown.
        engines: version by name, None where an engine's runtime is missing.
        packages: version of each of `EXPORT_PACKAGES`, None where it is missing.
    """
    return (
        *_about_system(machine),
        *_about_engines(engines),
        *_about_instructions(features),
        *_about_export(packages),
    )


def _about_system(machine: str) -> list[str]:
    if family(machine) == "arm" and "64" not in machine:
        return [
            f"this is a 32-bit system ({machine}), and the engines are not built for it: "
            "install a 64-bit one (on a Raspberry Pi 3 or later, the 64-bit Raspberry Pi OS)"
        ]
    return []


def _about_engines(engines: Mapping[str, str | None]) -> list[str]:
    if not any(engines.values()):
        return [
            "no engine is installed, so no bundle can run here: "
            "pip install 'edgebert[litert]' (small, fast on ARM), or [onnx], or [executorch]"
        ]
    if _OLD_RUNTIME in (engines.get("litert") or ""):
        return [
            "LiteRT's old package tflite-runtime is what runs .tflite here; it computes dynamic "
            "int8 wrongly: pip uninstall tflite-runtime, then pip install ai-edge-litert"
        ]
    return []


def _about_instructions(features: Mapping[str, bool]) -> list[str]:
    if features.get("asimddp") is False:
        return [
            "this CPU has no int8 dot product (asimddp): int8 gives the same answers, but gains "
            "less over fp32 than on newer ones (Raspberry Pi 5, phones since about 2018)"
        ]
    vnni = [features[name] for name in ("avx_vnni", "avx512_vnni") if name in features]
    if vnni and not any(vnni):
        return [
            "this CPU has no VNNI: int8 gives the same answers, but gains less over fp32 than on "
            "newer ones"
        ]
    return []


def _about_export(packages: Mapping[str, str | None]) -> list[str]:
    """Say what exporting lacks, on machines that look as if they were meant for it."""
    missing = [name for name, version in packages.items() if version is None]
    if missing and packages.get("torch") is not None:
        return [
            f"edgebert export lacks {', '.join(missing)}: pip install 'edgebert[export]' "
            "(running bundles needs none of it)"
        ]
    return []
