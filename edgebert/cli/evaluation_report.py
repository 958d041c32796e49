"""What `edgebert evaluate` shows: tables for people."""

from edgebert.bundle.manifest import FEATURE_EXTRACTION
from edgebert.cli.output import print_line, print_table
from edgebert.evaluation import Comparison, Difference, Evaluation, Result

NAMES = {
    "accuracy": "accuracy",
    "macro_f1": "macro F1",
    "micro_f1": "micro F1",
    "out_of_scope_recall": "out-of-scope recall",
    "out_of_scope_auroc": "out-of-scope AUROC",
    "entity_f1": "entity F1",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "exact_match": "exact match",
    "intent_accuracy": "intent accuracy",
    "intent_macro_f1": "intent macro F1",
    "slot_f1": "slot F1",
    "spearman": "Spearman",
    "ece": "ECE",
    "intent_ece": "intent ECE",
    "slot_ece": "slot ECE",
}


def print_evaluation(evaluation: Evaluation) -> None:
    """Print the figures of all models, then how they differ from the reference."""
    print_line(
        f"{evaluation.model}, {evaluation.task}: {evaluation.rows} rows of {evaluation.data}",
        style="bold",
    )
    metrics = list(evaluation.results[0].metrics)
    print_table(
        (*_HEAD, *(f">{NAMES[name]}" for name in metrics), ">rows cut"),
        (
            (
                result.engine,
                result.version,
                result.backend,
                result.mode,
                *(_percent(result.metrics[name]) for name in metrics),
                str(result.truncated),
            )
            for result in evaluation.results
        ),
    )
    print_line("All figures in %; a row is cut where a text has more tokens than the model takes.")
    compared = [(r, r.comparison) for r in evaluation.results if r.comparison is not None]
    if evaluation.reference is None:
        print_line("Not compared with fp32: no fp32 artifact was evaluated.")
    elif compared:
        _print_comparisons(evaluation, compared, evaluation.results[evaluation.reference])
    if evaluation.between_backends:
        _print_pairs(evaluation)
    for line in evaluation.skipped:
        print_line(f"not evaluated: {line}")


_HEAD = ("engine", "version", "backend", "mode")


def _print_comparisons(
    evaluation: Evaluation, compared: list[tuple[Result, Comparison]], reference: Result
) -> None:
    """Print a row for each model with its differences from the reference."""
    metrics = list(reference.metrics)
    tested = compared[0][1].mcnemar is not None
    columns = ["backend", "mode", *(f">{NAMES[name]}" for name in metrics), ">agreement"]
    if tested:
        columns += [">only fp32 right", ">only it right", ">McNemar p"]
    rows = []
    for result, comparison in compared:
        cells = [result.backend, result.mode]
        cells += [_difference(comparison.differences[name]) for name in metrics]
        cells.append(_percent(comparison.agreement))
        if comparison.mcnemar is not None:
            test = comparison.mcnemar
            cells += [str(test.only_reference), str(test.only_this), f"{test.p:.3g}"]
        rows.append(cells)
    print_line("")
    print_table(columns, rows, title=f"against {reference.backend} {reference.mode}, same rows")
    print_line(
        f"Differences in points, with the 95 % interval of {evaluation.resamples} paired bootstrap "
        f"resamples; agreement is {_agreement(evaluation)}."
    )


def _print_pairs(evaluation: Evaluation) -> None:
    """Print how far the backends agree with each other, one column for each two of them."""
    by_mode: dict[str, dict[str, str]] = {}
    for pair in evaluation.between_backends:
        column = f">{pair.backend}, {pair.other}"
        by_mode.setdefault(pair.mode, {})[column] = _percent(pair.agreement)
    columns = list(dict.fromkeys(column for cells in by_mode.values() for column in cells))
    rows = [
        [mode, *(cells.get(column, "-") for column in columns)] for mode, cells in by_mode.items()
    ]
    print_line("")
    print_table(["mode", *columns], rows, title="agreement of two backends, same mode")


def _agreement(evaluation: Evaluation) -> str:
    if evaluation.task == FEATURE_EXTRACTION:
        return "Spearman's correlation of the two models' cosines"
    return "the share of rows with the same answer"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.2f}"


def _difference(difference: Difference | None) -> str:
    if difference is None:
        return "-"
    value, low, high = (100 * n for n in (difference.value, difference.low, difference.high))
    return f"{value:+.2f} [{low:+.2f}, {high:+.2f}]"
