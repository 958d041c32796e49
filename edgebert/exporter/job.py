"""The export itself: from a recipe to a verified bundle, step by step."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from edgebert.bundle import Bundle, BundleWriter, check_bundle, open_bundle
from edgebert.bundle.manifest import Mode
from edgebert.errors import CheckFailedError, EdgebertError
from edgebert.exporter.bundle_manifest import (
    RECIPE_NAME,
    SELF_TEST_NAME,
    TABLE_NAME,
    VOCABULARY_NAME,
    describe_bundle,
)
from edgebert.exporter.calibration import TextSample, encode_table
from edgebert.exporter.gate import check_gate, measure_accuracy, read_labelled
from edgebert.exporter.half_precision import measure_half_precision
from edgebert.exporter.lowering import LOWERINGS, SUFFIXES
from edgebert.exporter.lowering.program import Program, build_program
from edgebert.exporter.mixed_precision import choose_fp32_sites
from edgebert.exporter.preparation import Prepared, prepare
from edgebert.exporter.quantization.plan import plan_mode
from edgebert.exporter.recipe import Recipe, recipe_for, write_recipe
from edgebert.exporter.self_test_vectors import build_self_test, self_test_samples
from edgebert.exporter.verification import Lowered, verify
from edgebert.progress import Progress, silent


def export(
    source: str | Path, output: str | Path, *, progress: Progress = silent, **options: Any
) -> Bundle:
    """Export a checkpoint, or what a recipe file says, to a verified bundle.

        edgebert.export("./my-model", "bundle", task="text-classification",
                        calibration="texts.txt")

    Args:
        source: a checkpoint (folder, hub id or ``package:NAME/FOLDER``) or a recipe's ``.toml``.
        output: the bundle's folder; an older bundle there is replaced when the new one is whole.
        progress: told what is being done.
        options: fields of `Recipe`, over those of a recipe file.

    Raises:
        EdgebertError: a wrong argument or file; nothing was written.
        CheckFailedError: an artifact did not pass verification or the gate; nothing was written.
    """
    return run_export(recipe_for(source, options), Path(output), progress=progress)


def run_export(recipe: Recipe, output: Path, *, progress: Progress = silent) -> Bundle:
    """Make a bundle.

    Args:
        recipe: what to export, and how.
        output: the bundle's folder; an older bundle there is replaced when the new one is whole.
        progress: told what is being done.

    Raises:
        EdgebertError: a wrong argument or file; nothing was written.
        CheckFailedError: an artifact did not pass verification or the gate; nothing was written.
    """
    recipe.check()
    with BundleWriter(output) as writer:
        prepared = prepare(recipe, progress)
        rows = read_labelled(recipe, prepared)
        if recipe.auto:
            recipe = choose_fp32_sites(recipe, prepared, rows, progress)
        graph, inputs = prepared.graph, prepared.inputs
        programs = _programs(recipe, prepared)
        own = self_test_samples(prepared.pairs, prepared.mask)
        if recipe.fp16:
            programs = _allow_half(programs, prepared, own, progress)
        artifacts = _lower(recipe, programs, writer.folder, progress)
        self_test = build_self_test(programs, inputs, own)
        samples = prepared.texts.verification
        verdicts = verify(graph, programs, artifacts, samples, own, inputs, progress)
        vocabulary = "".join(f"{token}\n" for token in prepared.checkpoint.vocabulary)
        writer.write(VOCABULARY_NAME, vocabulary.encode())
        writer.write(SELF_TEST_NAME, msgspec.json.encode(self_test))
        writer.write(RECIPE_NAME, write_recipe(recipe).encode())
        if prepared.table is not None:
            writer.write(TABLE_NAME, encode_table(prepared.table))
        manifest = describe_bundle(recipe, prepared, verdicts)
        writer.seal(manifest)
        progress("running the self-test", 0, 0)
        _require_check(writer.folder)
        if recipe.evaluate is not None:
            accuracy = measure_accuracy(recipe, prepared, writer.folder, progress)
            manifest = msgspec.structs.replace(manifest, accuracy=accuracy)
        check_gate(recipe, prepared, programs, manifest, progress)
        writer.finish(manifest)
    return open_bundle(output)


def _require_check(folder: Path) -> None:
    """Check the bundle as any device will."""
    problems = check_bundle(open_bundle(folder)).problems
    if problems:
        raise CheckFailedError(
            f"self-test: {problems[0]}; nothing was written. Leave that --backend or --mode out, "
            "or try another --observer"
        )


def _programs(recipe: Recipe, prepared: Prepared) -> dict[Mode, Program]:
    graph, sites = prepared.graph, prepared.graph.sites()
    return {
        mode: build_program(
            graph, plan_mode(sites, mode, prepared.table, recipe.fp32_sites), prepared.buckets
        )
        for mode in recipe.modes
    }


def _allow_half(
    programs: dict[Mode, Program],
    prepared: Prepared,
    self_test: Sequence[TextSample],
    progress: Progress,
) -> dict[Mode, Program]:
    """Measure what fp16 between the int8 linears changes, on the texts that are verified on."""
    inputs = prepared.inputs
    encodings = [*prepared.encodings, *(inputs.encode(sample) for sample in self_test)]
    texts = [inputs.tensors(encoding) for encoding in encodings]
    allowed = dict(programs)
    for mode, program in programs.items():
        if mode == "fp32":
            continue
        progress(f"measuring fp16: {mode}", 0, 0)
        half = measure_half_precision(prepared.graph, program.quantized, mode, texts)
        allowed[mode] = replace(program, half=half)
    return allowed


def _lower(
    recipe: Recipe, programs: dict[Mode, Program], folder: Path, progress: Progress
) -> list[Lowered]:
    jobs = [(backend, mode) for backend in recipe.backends for mode in recipe.modes]
    artifacts = []
    for number, (backend, mode) in enumerate(jobs):

        def report(step: str, name: str = f"{backend} {mode}", done: int = number) -> None:
            progress(f"lowering {name}: {step}", done, len(jobs))

        path = folder / f"model.{mode}.{SUFFIXES[backend]}"
        try:
            LOWERINGS[backend](programs[mode], path, report)
        except (OSError, EdgebertError):
            raise
        except Exception as error:  # converters raise whatever they come upon
            reason = " ".join(str(error).split()) or type(error).__name__
            raise EdgebertError(
                f"{backend} {mode}: its converter cannot lower this checkpoint ({reason[:200]}); "
                "leave this --backend or --mode out"
            ) from error
        artifacts.append(Lowered(backend, mode, path))
    return artifacts
