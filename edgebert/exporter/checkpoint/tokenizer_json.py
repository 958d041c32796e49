"""tokenizer.json, the file of the tokenizers library: read and checked to be BERT's tokenizer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint.json_files import read_json_object

_NORMALIZER_DEFAULTS = {"lowercase": True, "strip_accents": None, "handle_chinese_chars": True}


@dataclass(frozen=True)
class SerializedTokenizer:
    """What a tokenizer.json says.

    Attributes:
        vocabulary: The tokens in id order, added ones included.
        settings: Fields of `edgebert.text.TokenizerConfig` that the file states.
        added_tokens: The tokens that are matched before a text is split, special ones included.

    """

    vocabulary: tuple[str, ...]
    settings: dict[str, Any]
    added_tokens: tuple[str, ...]


def read_tokenizer_json(path: Path) -> SerializedTokenizer:
    """Read a tokenizer.json and check that each of its steps is BERT's.

    Its truncation and padding are left out: they are a request's concern, not the model's.

    Raises:
        EdgebertError: the file cannot be read, a step is not BERT's (which and what it is), or
            the ids have gaps.

    """
    file = read_json_object(path)
    model = _step(file, "model", "WordPiece", path)
    normalizer = _step(file, "normalizer", "BertNormalizer", path)
    _step(file, "pre_tokenizer", "BertPreTokenizer", path)
    if normalizer.get("clean_text", True) is not True:
        raise EdgebertError(f"{path}: the normalizer's clean_text is off, expected on as in BERT")
    switches = {key: normalizer.get(key, value) for key, value in _NORMALIZER_DEFAULTS.items()}
    for key, value in switches.items():
        if not isinstance(value, bool) and not (key == "strip_accents" and value is None):
            raise EdgebertError(f"{path}: the normalizer's {key} is {value!r}, expected a switch")
    classify, separate = _special_tokens(file.get("post_processor"), path)
    settings = {
        "lowercase": switches["lowercase"],
        "strip_accents": switches["strip_accents"],
        "split_cjk": switches["handle_chinese_chars"],
        "unknown": str(model.get("unk_token", "[UNK]")),
        "classify": classify,
        "separate": separate,
        "max_word_chars": _word_limit(model, path),
        "subword_prefix": str(model.get("continuing_subword_prefix", "##")),
    }
    added = _added_tokens(file, path)
    return SerializedTokenizer(_vocabulary(model, added, path), settings, tuple(added))


def _step(file: dict[str, Any], name: str, expected: str, path: Path) -> dict[str, Any]:
    """Return a step of the tokenizer after checking its type."""
    step = file.get(name)
    if isinstance(step, dict):
        found = step.get("type")
        # Files of old versions do not name the model's type; only WordPiece has a prefix.
        if found is None and "continuing_subword_prefix" in step:
            found = "WordPiece"
        if found == expected:
            return step
    else:
        found = None
    raise EdgebertError(
        f"{path}: the {name} is {found or 'missing'}, expected {expected} as in BERT's tokenizer"
    )


def _special_tokens(processor: Any, path: Path) -> tuple[str, str]:
    """Return the tokens before and after a text, from a post-processor equal to BERT's."""
    kind = processor.get("type") if isinstance(processor, dict) else None
    try:
        if kind == "BertProcessing":
            return str(processor["cls"][0]), str(processor["sep"][0])
        if kind == "TemplateProcessing":
            single, pair = (_template(processor[key]) for key in ("single", "pair"))
            classify, separate = single[0][1], single[-1][1]
            first = [("SpecialToken", classify, 0), ("Sequence", "A", 0)]
            first += [("SpecialToken", separate, 0)]
            second = [("Sequence", "B", 1), ("SpecialToken", separate, 1)]
            if single == first and pair == first + second:
                return classify, separate
            kind = "a template other than BERT's"
    except (KeyError, IndexError, TypeError, AttributeError, ValueError):
        kind = f"a malformed {kind}"
    raise EdgebertError(
        f"{path}: the post_processor is {kind or 'missing'}, expected BERT's "
        "([CLS] A [SEP] B [SEP], token type 1 from B on)"
    )


def _template(pieces: Any) -> list[tuple[str, str, int]]:
    """Return a template's pieces as (kind, id, token type)."""
    return [
        (kind, str(piece["id"]), int(piece["type_id"]))
        for entry in pieces
        for kind, piece in entry.items()
    ]


def _word_limit(model: dict[str, Any], path: Path) -> int:
    """Return how many characters a word may have before it is unknown as a whole."""
    limit = model.get("max_input_chars_per_word", 100)
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise EdgebertError(f"{path}: max_input_chars_per_word is {limit!r}, expected a number")
    return limit


def _added_tokens(file: dict[str, Any], path: Path) -> dict[str, int]:
    """Return the ids of the tokens that are matched before a text is split."""
    try:
        return {str(token["content"]): int(token["id"]) for token in file.get("added_tokens") or ()}
    except (KeyError, TypeError, ValueError) as error:
        raise EdgebertError(f"{path}: an added token has no content or no id") from error


def _vocabulary(model: dict[str, Any], added: dict[str, int], path: Path) -> tuple[str, ...]:
    """Return the tokens in id order."""
    vocabulary = model.get("vocab")
    if not isinstance(vocabulary, dict) or not all(type(id) is int for id in vocabulary.values()):
        raise EdgebertError(f"{path}: the model has no vocab, expected an id for every token")
    ids = {**vocabulary, **added}
    tokens = sorted(ids, key=lambda token: ids[token])
    for expected, token in enumerate(tokens):
        if ids[token] != expected:
            raise EdgebertError(
                f"{path}: the ids have a gap or a repetition: {token!r} has the id {ids[token]}, "
                f"expected {expected}"
            )
    return tuple(tokens)
