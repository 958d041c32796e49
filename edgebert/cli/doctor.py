"""`edgebert doctor`: what this machine can run, and what it lacks."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from edgebert.doctor import Cpu, Diagnosis, Memory


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show the engines installed here, the CPU's int8 instructions, and what could be better.

    \b
    edgebert doctor
    edgebert doctor --json > machine.json
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    from edgebert.cli.output import print_json
    from edgebert.doctor import diagnose

    diagnosis = diagnose()
    if as_json:
        print_json(diagnosis)
    else:
        _print_diagnosis(diagnosis)


def _print_diagnosis(diagnosis: "Diagnosis") -> None:
    from edgebert.cli.output import print_line, print_table

    cpu = diagnosis.cpu
    print_line(f"edgebert {diagnosis.edgebert or 'from a checkout'}", style="bold")
    print_table(
        ("", ""),
        (
            ("system", f"{diagnosis.system}, {diagnosis.machine}, Python {diagnosis.python}"),
            ("board", cpu.board or "not known"),
            ("CPU", f"{cpu.model}, {cpu.cores} cores, {cpu.threads} threads to use"),
            ("int8 instructions", _describe_features(cpu)),
            ("memory", _describe_memory(diagnosis.memory)),
        ),
    )
    print_table(
        ("engine", "backend", "version"),
        (
            (engine.name, engine.backend, engine.version or "not installed")
            for engine in diagnosis.engines
        ),
    )
    print_table(
        ("for export", "version"),
        ((name, version or "not installed") for name, version in diagnosis.packages.items()),
    )
    for advice in diagnosis.advice:
        print_line(f"- {advice}")


def _describe_features(cpu: "Cpu") -> str:
    if not cpu.features:
        return "not known"
    return ", ".join(f"{name} {'yes' if has else 'no'}" for name, has in cpu.features.items())


def _describe_memory(memory: "Memory | None") -> str:
    if memory is None:
        return "not known"
    total = f"{memory.total / 1e9:.1f} GB"
    return total if memory.available is None else f"{total}, {memory.available / 1e9:.1f} GB free"
