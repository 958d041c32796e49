"""The export itself: from a recipe to a verified bundle, step by step."""

import importlib.metadata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from edgebert.bundle import Bundle, BundleWriter, open_bundle
from edgebert.bundle.manifest import FORMAT, Artifact, Calibration, Manifest, Mode, Source
from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import (
    CalibrationTable,
    TextSample,
    calibrate,
    encode_table,
    read_table,
    text_digest,
)
from edgebert.exporter.checkpoint import Checkpoint, load_checkpoint
from edgebert.exporter.encoding import TextInputs, encode_calibration
from edgebert.exporter.graph.deployment import PAIR_TASKS, DeploymentGraph
from edgebert.exporter.lowering import LOWERINGS, SUFFIXES
from edgebert.exporter.lowering.program import Program, build_program
from edgebert.exporter.progress import Progress, silent
from edgebert.exporter.quantization.plan import plan_mode
from edgebert.exporter.recipe import (
    DEFAULT_BUCKETS,
    Recipe,
    find_checkpoint,
    package_name,
    recipe_for,
    write_recipe,
)
from edgebert.exporter.rewrite_check import check_rewrite
from edgebert.exporter.self_test_vectors import build_self_test, self_test_samples
from edgebert.exporter.text_selection import choose_texts, held_out_of
from edgebert.exporter.verification import Lowered, Verdict, output_specs, verify
from edgebert.text import WordPieceTokenizer

# Texts on which the rewritten graph is compared with the checkpoint's own module.
REWRITE_TEXTS = 8

TABLE_NAME = "calibration.json"
RECIPE_NAME = "recipe.toml"
SELF_TEST_NAME = "self_test.json"
VOCABULARY_NAME = "tokenizer/vocab.txt"

# What the lowerings are made with; their versions go into the manifest.
TOOLS = (
    "torch",
    "transformers",
    "executorch",
    "torchao",
    "litert-torch",
    "ai-edge-litert",
    "ai-edge-quantizer",
    "onnx",
    "onnxscript",
    "onnxruntime",
    "numpy",
)


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
        CheckFailedError: an artifact did not pass verification; nothing was written.
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
        CheckFailedError: an artifact did not pass verification; nothing was written.
    """
    recipe.check()
    with BundleWriter(output) as writer:
        progress("loading the checkpoint", 0, 0)
        checkpoint = load_checkpoint(
            find_checkpoint(recipe.checkpoint),
            recipe.task,
            pooling=recipe.pooling,
            revision=recipe.revision,
        )
        buckets = choose_buckets(recipe, checkpoint)
        graph = DeploymentGraph(checkpoint, max_length=max(buckets)).eval()
        tokenizer = WordPieceTokenizer(checkpoint.vocabulary, checkpoint.tokenizer)
        inputs = TextInputs(tokenizer, graph.input_names, max(buckets))
        pairs = recipe.task in PAIR_TASKS
        texts = choose_texts(recipe, pairs)
        if recipe.calibration is None:  # our own sentences, whatever the checkpoint's language
            encodings = [inputs.encode(sample) for sample in texts.verification]
        else:
            encodings = encode_calibration(inputs, texts.verification, texts.source)
        check_rewrite(checkpoint, graph, encodings[:REWRITE_TEXTS], inputs)
        table = _find_table(recipe, graph, inputs, texts.calibration, checkpoint, progress)
        programs = {
            mode: build_program(graph, plan_mode(graph.sites(), mode, table), buckets)
            for mode in recipe.modes
        }
        artifacts = _lower(recipe, programs, writer.folder, progress)
        self_test = build_self_test(programs, inputs, pairs)
        samples = [*texts.verification, *self_test_samples(pairs)]
        verdicts = verify(graph, programs, artifacts, samples, inputs, progress)
        writer.write(VOCABULARY_NAME, "".join(f"{t}\n" for t in checkpoint.vocabulary).encode())
        writer.write(SELF_TEST_NAME, msgspec.json.encode(self_test))
        writer.write(RECIPE_NAME, write_recipe(recipe).encode())
        if table is not None:
            writer.write(TABLE_NAME, encode_table(table))
        held_out = held_out_of(texts, table)
        name = package_name(recipe.checkpoint) or checkpoint.source
        writer.finish(
            _manifest(name, checkpoint, graph, buckets, table, verdicts, held_out=held_out)
        )
    return open_bundle(output)


def choose_buckets(recipe: Recipe, checkpoint: Checkpoint) -> tuple[int, ...]:
    """Return the recipe's buckets, or the default ones, ascending.

    Raises:
        EdgebertError: a bucket is longer than the checkpoint's inputs can be.
    """
    longest = checkpoint.max_length
    if recipe.buckets is None:
        return tuple(b for b in DEFAULT_BUCKETS if b <= longest) or (longest,)
    buckets = tuple(sorted(set(recipe.buckets)))
    if buckets[-1] > longest:
        raise EdgebertError(
            f"bucket {buckets[-1]}: {checkpoint.source} takes at most {longest} tokens; choose "
            "--bucket values up to that"
        )
    return buckets


def _find_table(
    recipe: Recipe,
    graph: DeploymentGraph,
    inputs: TextInputs,
    samples: Sequence[TextSample],
    checkpoint: Checkpoint,
    progress: Progress,
) -> CalibrationTable | None:
    """Read the table that the recipe names, or make one where a mode needs it."""
    if recipe.table is not None:
        table = read_table(recipe.table)
        sites = graph.sites()
        table.require_sites(sites)
        table.require_channels(
            {site: (linear.in_features, linear.out_features) for site, linear in sites.items()}
        )
        if table.checkpoint_sha256 != checkpoint.sha256:
            raise EdgebertError(
                f"{recipe.table}: was made of another checkpoint (its checkpoint_sha256 begins "
                f"{table.checkpoint_sha256[:12]}, {checkpoint.source} has "
                f"{checkpoint.sha256[:12]}); calibrate this one, or edit that line if you are sure"
            )
        return table
    if "static" not in recipe.modes:
        return None
    encodings = encode_calibration(inputs, samples, str(recipe.calibration))
    return calibrate(
        graph,
        [inputs.tensors(encoding) for encoding in encodings],
        observer=recipe.observer,
        checkpoint_sha256=checkpoint.sha256,
        text_sha256=text_digest(samples),
        outlier_limit=recipe.outlier_limit,
        progress=lambda done, total: progress("calibrating", done, total),
    )


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
        except OSError:
            raise
        except Exception as error:  # converters raise whatever they come upon
            reason = " ".join(str(error).split()) or type(error).__name__
            raise EdgebertError(
                f"{backend} {mode}: its converter cannot lower this checkpoint ({reason[:200]}); "
                "leave this --backend or --mode out"
            ) from error
        artifacts.append(Lowered(backend, mode, path))
    return artifacts


def _manifest(
    name: str,
    checkpoint: Checkpoint,
    graph: DeploymentGraph,
    buckets: tuple[int, ...],
    table: CalibrationTable | None,
    verdicts: Sequence[Verdict],
    *,
    held_out: bool,
) -> Manifest:
    calibration = None
    if table is not None:
        calibration = Calibration(
            path=TABLE_NAME,
            observer=table.observer,
            texts=table.texts,
            tokens=table.tokens,
            text_sha256=table.text_sha256,
        )
    return Manifest(
        format=FORMAT,
        edgebert=importlib.metadata.version("edgebert"),
        task=checkpoint.task,
        labels=checkpoint.labels,
        pooling=checkpoint.pooling,
        normalize=checkpoint.normalize,
        inputs=graph.input_names,
        outputs=output_specs(graph),
        buckets=buckets,
        vocabulary=VOCABULARY_NAME,
        tokenizer=checkpoint.tokenizer,
        artifacts=tuple(
            Artifact(
                backend=verdict.lowered.backend,
                mode=verdict.lowered.mode,
                path=verdict.lowered.path.name,
                tolerance=verdict.tolerance,
                median_tolerance=verdict.median_tolerance,
            )
            for verdict in verdicts
        ),
        self_test=SELF_TEST_NAME,
        recipe=RECIPE_NAME,
        source=Source(
            name=name,
            architecture=checkpoint.architecture,
            sha256=checkpoint.sha256,
            license=checkpoint.license,
        ),
        calibration=calibration,
        fidelity=tuple(row for verdict in verdicts for row in verdict.fidelity(held_out)),
        versions={tool: importlib.metadata.version(tool) for tool in TOOLS},
        files={},
    )
