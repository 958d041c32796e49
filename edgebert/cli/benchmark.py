"""`edgebert benchmark`: how fast is a bundle, on this machine or on a device."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgebert.cli import options
from edgebert.errors import EdgebertError

if TYPE_CHECKING:
    from edgebert.bench.protocol import Heat
    from edgebert.bench.selection import Selection


def benchmark(
    bundle: Annotated[
        Path, typer.Argument(metavar="BUNDLE", help="A bundle's folder.", show_default=False)
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE.jsonl",
            help="Where records go; what it has already is not measured again.",
        ),
    ],
    target: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DEVICE",
            help="local, ssh:user@host[:port] or adb[:serial]; repeat it, they run side by side. "
            "[local]",
        ),
    ] = None,
    targets_file: Annotated[
        Path | None,
        typer.Option(
            "--targets",
            metavar="FLEET.toml",
            help="A file that names many devices, how many work at once, and how often one that "
            "fails is tried again.",
        ),
    ] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="executorch, litert or onnxruntime; repeat it. Default: all that the device has.",
        ),
    ] = None,
    modes: Annotated[
        str | None,
        typer.Option("--modes", "--mode", metavar="LIST", help="As in static,fp32. Default: all."),
    ] = None,
    buckets: Annotated[
        str | None,
        typer.Option("--buckets", "--bucket", metavar="LIST", help="As in 16,128. Default: all."),
    ] = None,
    threads: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="As in 1,2,4. Default: what the engine chooses."),
    ] = None,
    repeats: Annotated[int, typer.Option(metavar="N", help="Fresh processes.")] = 3,
    iterations: Annotated[
        int, typer.Option(metavar="N", help="Inferences that count, in each process.")
    ] = 20,
    warmups: Annotated[
        int, typer.Option(metavar="N", help="Least inferences that do not count, each turn.")
    ] = 3,
    max_temp: Annotated[
        float | None,
        typer.Option(
            metavar="CELSIUS",
            help="Begin each process only when the device's hottest sensor is not hotter.",
        ),
    ] = None,
    max_wait: Annotated[
        float,
        typer.Option(metavar="SECONDS", help="Then begin anyway; the records say that it was so."),
    ] = 600.0,
    ssh_config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="For ssh -F, in place of your own.")
    ] = None,
    python: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="A device's Python that has edgebert, for ssh."),
    ] = None,
    install: Annotated[
        bool,
        typer.Option(
            "--install",
            help="First put one folder on the device, with edgebert, LiteRT and ONNX Runtime, and "
            "executorch-numpy-runtime where --engine executorch is named: "
            "over ssh ~/.edgebert-bench, a venv; over adb /data/local/tmp/edgebert-bench, with a "
            "Python, a loader and libraries of Debian's, since Android has none.",
        ),
    ] = False,
    wheel: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="edgebert's wheel for --install; by default built."),
    ] = None,
    clean: Annotated[
        bool, typer.Option("--clean", help="Afterwards remove that folder from the device.")
    ] = False,
    app: Annotated[
        bool,
        typer.Option(
            "--app", help="Have the Android app (android_demo) measure, on the target adb."
        ),
    ] = False,
    require_signature: options.RequireSignature = None,
    digest: options.Digest = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Measure a bundle's latency and memory, here or on a device.

    \b
    edgebert benchmark minilm -o results.jsonl
    edgebert benchmark minilm --engine litert --threads 1,2 --buckets 16,128 -o results.jsonl
    edgebert benchmark minilm --target ssh:pi@raspberrypi.local --modes static,fp32 -o pi.jsonl
    edgebert benchmark minilm --target ssh:pi@raspberrypi.local --max-temp 60 -o pi.jsonl
    edgebert benchmark minilm --target ssh:pi@raspberrypi.local --install --clean -o pi.jsonl
    edgebert benchmark minilm --target adb --install --clean -o phone.jsonl

    A fleet's file: targets = ["ssh:pi@one", "ssh:pi@two"], and maybe concurrent, retries, pause_s.

    The bundle's self-test runs on the device first: what answers wrongly is not timed, and the
    exit status is 1. Everything measured is a line of the file, with raw times; the same command
    run again goes on where it was interrupted.
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    from edgebert.bench.fleet import ALL_AT_ONCE, read_fleet
    from edgebert.bench.protocol import Method
    from edgebert.bench.targets import SshOptions, target_for
    from edgebert.bench.visit import Setup
    from edgebert.bundle import open_bundle
    from edgebert.cli.benchmark_report import finish
    from edgebert.cli.benchmark_run import run_benchmark

    for name, count, least in (
        ("--repeats", repeats, 1),
        ("--iterations", iterations, 1),
        ("--warmups", warmups, 0),
    ):
        if count < least:
            raise EdgebertError(f"{name}: found {count}, expected {least} or more")
    fleet = ALL_AT_ONCE if targets_file is None else read_fleet(targets_file)
    target = [*(target or []), *fleet.targets]
    by_ssh = SshOptions(ssh_config, python)
    targets = [target_for(name, by_ssh, app=app) for name in dict.fromkeys(target or ["local"])]
    report = run_benchmark(
        open_bundle(bundle, signed_by=require_signature, digest=digest),
        targets,
        _selection(engine or [], modes, buckets, threads),
        repeats,
        Method(iterations=iterations, warm_ups=warmups),
        output,
        Setup(install, clean, wheel),
        _heat(max_temp, max_wait),
        fleet,
    )
    finish(report, output, as_json)


def _heat(celsius: float | None, seconds: float) -> "Heat | None":
    from edgebert.bench.protocol import Heat

    if not (math.isfinite(seconds) and seconds >= 0):
        raise EdgebertError(f"--max-wait: found {seconds:g}, expected 0 seconds or more")
    if celsius is None:
        return None
    if not math.isfinite(celsius):
        raise EdgebertError(f"--max-temp: found {celsius:g}, expected degrees Celsius, as in 60")
    return Heat(celsius, seconds)


def _selection(
    engines: list[str], modes: str | None, buckets: str | None, threads: str | None
) -> "Selection":
    from edgebert.bench.selection import Selection

    return Selection(
        engines=tuple(engines),
        modes=tuple(_words(modes)),
        buckets=_numbers("--buckets", buckets),
        threads=_numbers("--threads", threads) or (None,),
    )


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in (text or "").split(",") if word.strip()]


def _numbers(option: str, text: str | None) -> tuple[int, ...]:
    words = _words(text)
    for word in words:
        if not (word.isascii() and word.isdecimal()):
            raise EdgebertError(f"{option}: found {word}, expected numbers, as in 1,2")
    return tuple(map(int, words))
