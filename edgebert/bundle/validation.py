"""What must hold of a manifest beyond the types of its fields, when written and when read."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from edgebert.bundle.folder import is_plain_relative, stays_inside
from edgebert.bundle.manifest import (
    FORMAT,
    INTENT_AND_SLOTS,
    TASK_OUTPUTS,
    TEXT_CLASSIFICATION,
    UNRECORDED,
    Manifest,
    Output,
)
from edgebert.engines.inputs import INPUT_NAMES
from edgebert.errors import EdgebertError

# msgspec's own errors, and what it passes on from text that is no UTF-8 or is nested too deeply.
DECODE_ERRORS = (msgspec.MsgspecError, ValueError, RecursionError)
LONGEST_BUCKET = 65_536  # tokens; a hundred times what these models take


class _FormatOnly(msgspec.Struct):
    """The one field that every version's manifest has."""

    format: int


def decode_manifest(content: bytes, source: str) -> Manifest:
    """Read a manifest's JSON and check it.

    Args:
        content: the file's content.
        source: what the messages call it.

    Raises:
        EdgebertError: it is not JSON, was made by a newer edgebert, or holds something else than a
            manifest of this format.

    """
    try:
        found = msgspec.json.decode(content, type=_FormatOnly).format
        if found > FORMAT:
            raise EdgebertError(
                f"{source}: made by a newer edgebert (format {found}, this one reads {FORMAT}): "
                "upgrade edgebert, or export the bundle again with this one"
            )
        if found < FORMAT:
            raise EdgebertError(
                f"{source}: format {found}, this edgebert reads {FORMAT}: export the bundle again"
            )
        manifest = msgspec.json.decode(content, type=Manifest)
        # Readers in other languages may take the other one of two.
        json.loads(content, object_pairs_hook=_each_name_once)
    except DECODE_ERRORS as error:
        raise EdgebertError(
            f"{source}: {error}; expected the manifest of a bundle: copy or export it again"
        ) from error
    check_manifest(manifest, source)
    return manifest


def _each_name_once(pairs: list[tuple[str, object]]) -> None:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise msgspec.DecodeError(f"found the name {twice!r} twice in one object")


def check_manifest(manifest: Manifest, source: str) -> None:
    """Check that the parts of a manifest fit together.

    Raises:
        EdgebertError: a path leads out of the folder or has no recorded hash, a number is not
            finite, buckets are not ascending lengths, there is no output or no artifact, outputs or
            slot labels are not the task's, or two artifacts are for the same backend and mode.

    """
    for problem in _problems(manifest):
        raise EdgebertError(f"{source}: {problem}; copy or export the bundle again")


def check_known(what: str, name: str, known: Sequence[str]) -> None:
    """Check a name that a user gave, such as a mode's.

    Raises:
        EdgebertError: it is none of those known.

    """
    if name not in known:
        raise EdgebertError(f"{what} {name}: unknown, expected one of {', '.join(known)}")


def check_inside(root: Path, manifest: Manifest, source: str) -> None:
    """Check that no file of the bundle is a link to somewhere else.

    Raises:
        EdgebertError: one is.

    """
    for name in (*UNRECORDED, *manifest.files):
        if not stays_inside(root, name):
            raise EdgebertError(
                f"{source}: file {name} is a link that leaves the folder; "
                "copy the bundle with its files: cp -rL"
            )


def referenced_paths(manifest: Manifest) -> dict[str, str]:
    """Return the paths that a manifest refers to, by the place of the reference."""
    paths = {
        "vocabulary": manifest.vocabulary,
        "self_test": manifest.self_test,
        "recipe": manifest.recipe,
    }
    if manifest.calibration is not None:
        paths["calibration.path"] = manifest.calibration.path
    for number, artifact in enumerate(manifest.artifacts):
        paths[f"artifacts[{number}].path"] = artifact.path
    return paths


def non_finite_places(value: object, place: str = "$") -> Iterator[str]:
    """Yield where in a structure of builtins a number is infinite or not a number."""
    if isinstance(value, float) and not abs(value) < float("inf"):
        yield place
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from non_finite_places(item, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from non_finite_places(item, f"{place}[{number}]")


def _problems(manifest: Manifest) -> Iterator[str]:
    """Yield what is wrong with a manifest, one at a time."""
    for place in non_finite_places(msgspec.to_builtins(manifest)):
        yield f"{place} is not a finite number"
    for name in manifest.files:
        if not is_plain_relative(name) or name in UNRECORDED:
            yield f"files: found {name!r}, expected a path inside the bundle"
    for place, path in referenced_paths(manifest).items():
        if not is_plain_relative(path):
            yield f"{place}: found {path!r}, expected a path inside the bundle"
        if path not in manifest.files:
            yield f"{place}: {path} is not among the recorded files"
    if not manifest.buckets or manifest.buckets[0] < 1:
        yield f"buckets: found {list(manifest.buckets)}, expected lengths of 1 or more"
    if manifest.buckets and manifest.buckets[-1] > LONGEST_BUCKET:
        yield f"buckets: found {manifest.buckets[-1]}, expected lengths of {LONGEST_BUCKET} at most"
    if list(manifest.buckets) != sorted(set(manifest.buckets)):
        yield f"buckets: found {list(manifest.buckets)}, expected them ascending, each once"
    if not manifest.inputs or not set(manifest.inputs) <= set(INPUT_NAMES):
        yield f"inputs: found {list(manifest.inputs)}, expected some of {', '.join(INPUT_NAMES)}"
    names = [output.name for output in manifest.outputs]
    if not names or len(set(names)) < len(names):
        yield f"outputs: found {names}, expected one or more names, each once"
    yield from _task_problems(manifest)
    yield from _threshold_problems(manifest)
    yield from _artifact_problems(manifest)


def _task_problems(manifest: Manifest) -> Iterator[str]:
    """Yield where a manifest is not one of its task; of a task of another version all is taken."""
    expected = TASK_OUTPUTS.get(manifest.task)
    if expected is not None and set(manifest.outputs) != set(expected):
        yield (
            f"outputs: found {_describe_outputs(manifest.outputs)}, expected "
            f"{_describe_outputs(expected)} for {manifest.task}"
        )
    if manifest.task == INTENT_AND_SLOTS and not manifest.slot_labels:
        yield f"slot_labels: found none, expected the tags of {INTENT_AND_SLOTS}"
    if manifest.task != INTENT_AND_SLOTS and manifest.slot_labels:
        yield (
            f"slot_labels: found {len(manifest.slot_labels)}, expected none: only "
            f"{INTENT_AND_SLOTS} has them, not {manifest.task}"
        )


def _threshold_problems(manifest: Manifest) -> Iterator[str]:
    threshold = manifest.label_threshold
    if threshold is msgspec.UNSET:
        return
    if manifest.task != TEXT_CLASSIFICATION:
        yield (
            f"label_threshold: found {threshold}, expected none: only {TEXT_CLASSIFICATION} has "
            f"it, not {manifest.task}"
        )
    if not 0 < threshold < 1:
        yield f"label_threshold: found {threshold}, expected a score between 0 and 1"


def _describe_outputs(outputs: Sequence[Output]) -> str:
    kinds = {False: "of the text", True: "a token"}
    return ", ".join(f"{output.name} ({kinds[output.per_token]})" for output in outputs)


def _artifact_problems(manifest: Manifest) -> Iterator[str]:
    if not manifest.artifacts:
        yield "artifacts: found none, expected one or more"
    kinds = [(artifact.backend, artifact.mode) for artifact in manifest.artifacts]
    for backend, mode in kinds:
        if kinds.count((backend, mode)) > 1:
            yield f"artifacts: found two for {backend} {mode}, expected one"
    for artifact in manifest.artifacts:
        for name in ("tolerance", "nearest_tolerance"):
            value = getattr(artifact, name)
            if value < 0:
                yield f"{name} of {artifact.path}: found {value}, expected 0 or more"
