"""A bundle's manifest as tables for people."""

from msgspec import UNSET

from edgebert.bundle import Bundle
from edgebert.bundle.manifest import (
    Accuracy,
    Artifact,
    Fidelity,
    HalfPrecision,
    HeadTemperature,
    Manifest,
    Temperature,
)
from edgebert.cli.output import print_line, print_table

SHOWN_LABELS = 8


def print_manifest(bundle: Bundle) -> None:
    """Print where a bundle comes from, what it takes, and how well each artifact was verified."""
    manifest = bundle.manifest
    source = manifest.source
    labels = [("labels", _describe_labels(manifest.labels))]
    if manifest.slot_labels:
        labels.append(("slot tags", _describe_labels(manifest.slot_labels)))
    print_line(f"{bundle.root}: {source.name}, {manifest.task}", style="bold")
    print_table(
        ("", ""),
        (
            ("checkpoint", f"{source.architecture}, sha256 {source.sha256[:12]}"),
            ("license", source.license or "not stated"),
            ("labels", _describe_labels(manifest.labels)),
            *(
                [("slot tags", _describe_labels(manifest.slot_labels))]
                if manifest.slot_labels
                else []
            ),
            *(
                []
                if manifest.label_threshold is UNSET
                else [("a text has", f"every label with a score of {manifest.label_threshold:g}")]
            ),
            ("pooling", _describe_pooling(manifest)),
            ("inputs", f"{', '.join(manifest.inputs)}; buckets {_join(manifest.buckets)} tokens"),
            ("outputs", ", ".join(output.name for output in manifest.outputs)),
            ("calibration", _describe_calibration(manifest)),
            ("made by", f"edgebert {manifest.edgebert}, bundle format {manifest.format}"),
        ),
    )
    print_table(
        ("backend", "mode", ">bucket", "against", ">texts", ">SNR dB", ">agreement", ">worst"),
        (_row(fidelity) for fidelity in manifest.fidelity),
        title="verified when exported",
    )
    for artifact in manifest.artifacts:
        if artifact.fp16 is not UNSET:
            print_line(describe_half(artifact, artifact.fp16))
    if manifest.accuracy is not None:
        _print_accuracy(manifest.accuracy)
    if manifest.temperature is not UNSET:
        for head in manifest.temperature.heads:
            print_line(describe_temperature(head, manifest.temperature))


def describe_half(artifact: Artifact, half: HalfPrecision) -> str:
    """Say what is known of an artifact where the processor computes in fp16 what is not int8."""
    return (
        f"{artifact.path}: on processors with fp16 arithmetic, agreement with fp32 of "
        f"{half.agreement:.4f}, worst {half.worst:.4f} (emulated, {half.texts} texts)."
    )


def describe_temperature(head: HeadTemperature, of: Temperature) -> str:
    """Say what an output's temperature is, what it was fitted on and what it did there."""
    return (
        f"{head.output} divided by temperature {head.temperature:.3f}, fitted on {head.answers} "
        f"labels of {of.data}: expected calibration error {100 * head.ece_before:.2f} % before, "
        f"{100 * head.ece_after:.2f} % after (in fp32, on the same)."
    )


def _print_accuracy(accuracy: Accuracy) -> None:
    """Print the figures on labelled rows, beside the fp32 checkpoint's."""
    print_table(
        ("backend", "mode", "figure", ">fp32", ">here", ">95 % of the difference"),
        (
            (
                figure.backend,
                figure.mode,
                figure.metric,
                f"{100 * figure.fp32:.2f}",
                f"{100 * figure.value:.2f}",
                f"{100 * figure.low:+.2f} to {100 * figure.high:+.2f}",
            )
            for figure in accuracy.figures
        ),
        title=f"accuracy in %, on {accuracy.rows} rows of {accuracy.data}",
    )


def _row(fidelity: Fidelity) -> tuple[str, ...]:
    return (
        fidelity.backend,
        fidelity.mode,
        str(fidelity.bucket),
        fidelity.reference,
        str(fidelity.texts),
        f"{fidelity.snr_db:.1f}",
        f"{fidelity.agreement:.4f}",
        f"{fidelity.worst:.4f}",
    )


def _describe_labels(labels: tuple[str, ...]) -> str:
    if not labels:
        return "none"
    more = f" and {len(labels) - SHOWN_LABELS} more" if len(labels) > SHOWN_LABELS else ""
    return f"{len(labels)}: {', '.join(labels[:SHOWN_LABELS])}{more}"


def _describe_pooling(manifest: Manifest) -> str:
    return f"{manifest.pooling}, normalized" if manifest.normalize else manifest.pooling


def _describe_calibration(manifest: Manifest) -> str:
    calibration = manifest.calibration
    if calibration is None:
        return "none: no range was needed"
    return (
        f"{calibration.texts} texts, {calibration.tokens} tokens, observer {calibration.observer}"
    )


def _join(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))
