"""`edgebert train`: a recipe becomes a trained checkpoint."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgebert.cli.extras import needs_extra
from edgebert.errors import EdgebertError

if TYPE_CHECKING:
    from edgebert.training.job import Training
    from edgebert.training.recipe import TrainingRecipe


def train(
    recipe: Annotated[
        Path,
        typer.Argument(
            metavar="RECIPE.toml",
            help="What to train, on what and how; its paths are relative to its own folder.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="The checkpoint's folder.")
    ],
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Another seed than the recipe's.")
    ] = None,
    device: Annotated[
        str, typer.Option(metavar="NAME", help="auto (CUDA where there is one), cpu or cuda.")
    ] = "auto",
    init: Annotated[
        str | None,
        typer.Option(
            metavar="CHECKPOINT",
            help="Start from this one, already distilled, and leave out the recipe's [distil].",
        ),
    ] = None,
    teacher: Annotated[
        str | None,
        typer.Option(
            metavar="CHECKPOINT", help="Learn the logits of this one too, trained on the same task."
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="For a trial: N rows of each file, one pass of distillation."
        ),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew where a run was killed.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the new checkpoint's training.json.")
    ] = False,
) -> None:
    """Train a SqueezeBERT: distil it from a BERT, then teach it a task; then export it.

    \b
    python -m edgebert.training.datasets SOURCE data     once: public data sets as JSON lines
    edgebert train export/training/assistant.toml -o checkpoints/assistant --limit 500
    edgebert train export/training/assistant.toml -o checkpoints/assistant
    edgebert train my-recipe.toml -o checkpoints/mine --seed 1 --device cpu

    \b
    a recipe   what it says
    [init]     a BERT or SqueezeBERT checkpoint, and into how many groups to cut it
    [distil]   plain texts on which it learns the hidden states of what it was cut from
    [task]     intent-and-slots, text-classification, token-classification or
               question-answering, with rows as edgebert evaluate reads them

    A run that was killed goes on when the same command is given again. The checkpoint is put in
    place when it is whole: config.json, model.safetensors and tokenizer, training.json (recipe,
    hashes of the data, versions, figures) and training.svg (the curves). What is in FOLDER then is
    a normal checkpoint for transformers and edgebert export.
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    if limit is not None and limit < 2:
        raise EdgebertError(f"--limit: found {limit}, expected 2 rows or more")
    chosen = _recipe(recipe, seed, init, teacher)
    from edgebert.cli.output import print_json
    from edgebert.cli.progress import shown_progress
    from edgebert.cli.train_report import print_training
    from edgebert.training.job import run_training

    with shown_progress(lines=20) as progress:
        training: Training = run_training(
            chosen,
            recipe.parent,
            output,
            device=device,
            limit=limit,
            restart=restart,
            progress=progress,
        )
    if as_json:
        print_json(training.record)
    else:
        print_training(training, output)


def _recipe(
    path: Path, seed: int | None, init: str | None, teacher: str | None
) -> "TrainingRecipe":
    """Read the recipe."""
    with needs_extra("edgebert train", "train"):
        # transformers' Trainer needs it, and says so only after the data was read.
        import_module("accelerate")
        import_module("matplotlib")
        from edgebert.exporter.quiet import quiet

        with quiet():  # what transformers' optional packages log when they are imported
            from edgebert.training.job import with_changes
            from edgebert.training.recipe import read_training_recipe
    recipe = read_training_recipe(path)
    if teacher is not None and recipe.task is None:
        raise EdgebertError(f"--teacher: recipe {path} has no [task] to learn logits for")
    return with_changes(recipe, seed=seed, init=_folder(init), teacher=_folder(teacher))


def _folder(checkpoint: str | None) -> str | None:
    """Make a folder that the user names absolute: the recipe's own are relative to the recipe."""
    if checkpoint is not None and Path(checkpoint).is_dir():
        return str(Path(checkpoint).absolute())
    return checkpoint
