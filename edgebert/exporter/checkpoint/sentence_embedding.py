"""sentence-transformers' files around a checkpoint: pooling, normalisation and length limit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgebert.bundle.manifest import Pooling
from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint.json_files import (
    read_json,
    read_json_object,
    read_optional_json_object,
)

_POOLING_MODES: dict[str, Pooling] = {"mean": "mean", "cls": "cls"}
# Files of versions before 6 have a switch for each mode instead of `pooling_mode`.
_MODE_SWITCHES = {"pooling_mode_cls_token": "cls", "pooling_mode_mean_tokens": "mean"}
_MODE_SWITCH_START = "pooling_mode_"


@dataclass(frozen=True)
class Module:
    """One step of a sentence-transformers model.

    Attributes:
        kind: Its class name without the Python package, such as "Pooling".
        folder: The folder with its settings.

    """

    kind: str
    folder: Path


def read_modules(folder: Path) -> tuple[Module, ...]:
    """Read the steps that a folder's modules.json lists; none where there is no such file.

    Raises:
        EdgebertError: modules.json is malformed, points outside of the folder, or does not begin
            with a Transformer.

    """
    path = folder / "modules.json"
    if not path.is_file():
        return ()
    entries = read_json(path)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise EdgebertError(f"{path}: expected a list of modules with type and path")
    modules = tuple(_module(folder, entry, path) for entry in entries)
    if not modules or modules[0].kind != "Transformer":
        found = modules[0].kind if modules else "no module"
        raise EdgebertError(f"{path}: begins with {found}, expected a Transformer")
    return modules


def read_max_length(modules: tuple[Module, ...]) -> int | None:
    """Return the most tokens of an input that sentence-transformers is set to, if it is."""
    if not modules:
        return None
    path = modules[0].folder / "sentence_bert_config.json"
    length = read_optional_json_object(path).get("max_seq_length")
    if length is not None and (type(length) is not int or length < 1):
        raise EdgebertError(f"{path}: max_seq_length is {length!r}, expected a number of tokens")
    return length


def read_embedding_steps(
    folder: Path, modules: tuple[Module, ...], lowercase: bool, pooling: Pooling | None
) -> tuple[Pooling, bool]:
    """Return how token vectors become the embedding: pooling, and whether it is normalised.

    Args:
        folder: The checkpoint's folder.
        modules: What `read_modules` gave for it; none for a plain checkpoint, whose token vectors
            stay as they are.
        lowercase: Whether the tokenizer lowercases.
        pooling: What the caller asks for instead of the folder's own pooling.

    Raises:
        EdgebertError: a module or a setting that the bundle cannot reproduce, by name.

    """
    found: Pooling = "none"
    normalize = False
    for module in modules[1:]:
        if module.kind == "Pooling":
            found = pooling or _read_pooling(module.folder / "config.json")
        elif module.kind == "Normalize":
            normalize = True
        elif module.kind != "Dropout":  # nothing is dropped out of a trained model
            raise EdgebertError(
                f"{module.folder}: sentence-transformers' {module.kind} module is not supported; "
                "expected Transformer, Pooling and Normalize, or pass the folder of the "
                "Transformer alone"
            )
    if modules:
        _check_text_settings(folder, modules[0].folder, lowercase)
    if normalize and found == "none" and pooling is None:
        raise EdgebertError(
            f"{folder / 'modules.json'}: normalizes every token's vector without pooling, which is "
            "not supported; pass a pooling"
        )
    found = pooling or found
    return found, normalize and found != "none"


def _module(folder: Path, entry: dict[str, Any], path: Path) -> Module:
    place = entry.get("path", "")
    if not isinstance(place, str) or Path(place).is_absolute() or ".." in Path(place).parts:
        raise EdgebertError(f"{path}: a module's path is {place!r}, expected a folder inside")
    return Module(str(entry.get("type", "")).rpartition(".")[2], folder / place)


def _read_pooling(path: Path) -> Pooling:
    settings = read_json_object(path)
    modes = settings.get("pooling_mode")
    if modes is None:
        modes = [
            _MODE_SWITCHES.get(key, key.removeprefix(_MODE_SWITCH_START))
            for key, value in settings.items()
            if key.startswith(_MODE_SWITCH_START) and value
        ]
    if isinstance(modes, str):
        modes = [modes]
    if not isinstance(modes, list) or len(modes) != 1 or modes[0] not in _POOLING_MODES:
        found = " and ".join(map(str, modes)) if isinstance(modes, list) else repr(modes)
        raise EdgebertError(
            f"{path}: pooling is {found or 'not set'}, expected mean or cls; "
            "pass a pooling of your own to use another one"
        )
    return _POOLING_MODES[modes[0]]


def _check_text_settings(folder: Path, transformer: Path, lowercase: bool) -> None:
    """Refuse settings that change the text before the tokenizer sees it."""
    path = transformer / "sentence_bert_config.json"
    if read_optional_json_object(path).get("do_lower_case") and not lowercase:
        raise EdgebertError(
            f"{path}: do_lower_case is on but the tokenizer is cased; set it in the tokenizer"
        )
    path = folder / "config_sentence_transformers.json"
    settings = read_optional_json_object(path)
    name = settings.get("default_prompt_name")
    prompts = settings.get("prompts")
    if name is not None and isinstance(prompts, dict) and prompts.get(name):
        raise EdgebertError(
            f"{path}: puts the prompt {prompts[name]!r} before every text, which is not supported; "
            "set default_prompt_name to null and begin your texts with it"
        )
