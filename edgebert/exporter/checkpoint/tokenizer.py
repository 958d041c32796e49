"""A checkpoint's tokenizer: vocabulary and settings, from tokenizer.json or vocab.txt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint.json_files import read_optional_json_object
from edgebert.exporter.checkpoint.tokenizer_json import read_tokenizer_json
from edgebert.text import TokenizerConfig
from edgebert.text.vocabulary import check_special_tokens, index_vocabulary, load_vocabulary

_SPECIAL_TOKENS = {
    "unknown": "unk_token",
    "classify": "cls_token",
    "separate": "sep_token",
    "pad": "pad_token",
    "mask": "mask_token",
}
_SWITCHES = {
    "lowercase": "do_lower_case",
    "strip_accents": "strip_accents",
    "split_cjk": "tokenize_chinese_chars",
}
# Classes whose vocab.txt is split as BERT splits; others share the file's name only.
_WORDPIECE_CLASSES = ("Bert", "SqueezeBert", "DistilBert", "Electra", "MobileBert")
_OTHER_FILES = ("*.model", "vocab.json", "merges.txt", "bpe.codes", "tekken.json")


@dataclass(frozen=True)
class Tokenizer:
    """What a checkpoint says about its tokenizer.

    Attributes:
        vocabulary: The tokens in id order, without gaps.
        config: How text is normalised and split.
        max_length: The most tokens an input may have, where the files say so.

    """

    vocabulary: tuple[str, ...]
    config: TokenizerConfig
    max_length: int | None


def read_tokenizer(folder: Path) -> Tokenizer:
    """Read a checkpoint's tokenizer; where both are there, tokenizer.json wins over vocab.txt.

    tokenizer.json holds every setting; tokenizer_config.json adds the names of the padding and
    the mask token, and may not say otherwise: which of the two transformers follows depends on
    its version.

    Raises:
        EdgebertError: no tokenizer, another kind than BERT's WordPiece, tokens added beside the
            five special ones, or a vocabulary with gaps, repetitions or no special tokens.

    """
    path = folder / "tokenizer_config.json"
    settings = read_optional_json_object(path)
    names = _special_names(read_optional_json_object(folder / "special_tokens_map.json"))
    names |= _special_names(settings)
    if (folder / "tokenizer.json").is_file():
        path = folder / "tokenizer.json"
        serialized = read_tokenizer_json(path)
        vocabulary, added = serialized.vocabulary, serialized.added_tokens
        config = TokenizerConfig(**{**names, **serialized.settings})
        _check_agreement(config, settings, folder)
    elif (folder / "vocab.txt").is_file():
        _check_class(settings, path)
        path = folder / "vocab.txt"
        vocabulary, added = tuple(load_vocabulary(path)), ()
        config = TokenizerConfig(**names, **_switches(settings, folder / "tokenizer_config.json"))
    else:
        raise _no_tokenizer(folder)
    try:
        check_special_tokens(index_vocabulary(vocabulary), config)
    except EdgebertError as error:
        raise EdgebertError(f"{path}: {error}") from error
    added_elsewhere = _added_tokens(settings, folder / "tokenizer_config.json") | set(
        read_optional_json_object(folder / "added_tokens.json")
    )
    _check_added({*added, *added_elsewhere}, config, folder)
    if any("\n" in token or "\r" in token for token in vocabulary):
        raise EdgebertError(f"{path}: a token contains a line break, which vocab.txt cannot hold")
    return Tokenizer(vocabulary, config, _max_length(settings))


def _special_names(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the special tokens that a settings file names, under TokenizerConfig's names."""
    names = {}
    for field, key in _SPECIAL_TOKENS.items():
        token = _content(settings.get(key))
        if token is not None:
            names[field] = token
    return names


def _content(token: Any) -> str | None:
    """Return the text of a token, which may be stored with its matching options around it."""
    if isinstance(token, dict):
        token = token.get("content")
    return token if isinstance(token, str) else None


def _switches(settings: Mapping[str, Any], path: Path) -> dict[str, Any]:
    switches = {field: settings[key] for field, key in _SWITCHES.items() if key in settings}
    for field, value in switches.items():
        if not isinstance(value, bool) and not (field == "strip_accents" and value is None):
            raise EdgebertError(f"{path}: {_SWITCHES[field]} is {value!r}, expected true or false")
    return switches


def _check_agreement(config: TokenizerConfig, settings: Mapping[str, Any], folder: Path) -> None:
    """Refuse a tokenizer_config.json that says otherwise than tokenizer.json."""
    path = folder / "tokenizer_config.json"
    for field, value in _switches(settings, path).items():
        found = getattr(config, field)
        if value is not None and value != found:
            raise EdgebertError(
                f"{path}: {_SWITCHES[field]} is {str(value).lower()}, but tokenizer.json beside it "
                f"has {str(found).lower()}; make the two agree as the checkpoint was trained"
            )


def _check_class(settings: Mapping[str, Any], path: Path) -> None:
    """Refuse a vocab.txt that another kind of tokenizer than BERT's reads."""
    name = settings.get("tokenizer_class")
    plain = str(name).removesuffix("Fast").removesuffix("Tokenizer")
    if name is not None and plain not in _WORDPIECE_CLASSES:
        raise EdgebertError(f"{path}: the tokenizer is a {name}, expected a BertTokenizer")
    if settings.get("do_basic_tokenize") is False:
        raise EdgebertError(
            f"{path}: do_basic_tokenize is false, expected BERT's own splitting into words"
        )


def _added_tokens(settings: Mapping[str, Any], path: Path) -> set[str]:
    """Return all tokens that tokenizer_config.json adds to the vocabulary's.

    Raises:
        EdgebertError: they are not listed.

    """
    tokens: list[Any] = []
    for key in ("added_tokens_decoder", "additional_special_tokens", "extra_special_tokens"):
        value = settings.get(key) or ()
        if not isinstance(value, dict | list | tuple):
            raise EdgebertError(f"{path}: {key} is {value!r}, expected a list of tokens")
        tokens.extend(value.values() if isinstance(value, dict) else value)
    return {content for token in tokens if (content := _content(token)) is not None}


def _check_added(added: Iterable[str], config: TokenizerConfig, folder: Path) -> None:
    extra = sorted(set(added) - set(config.special_tokens))
    if extra:
        raise EdgebertError(
            f"{folder}: its tokenizer adds {len(extra)} tokens that are matched before the text is "
            f"split, the first is {extra[0]!r}; only {', '.join(config.special_tokens)} are "
            "supported, remove the others from its files if no text contains them"
        )


def _max_length(settings: Mapping[str, Any]) -> int | None:
    # Tokenizers without a limit of their own store an astronomically large number.
    length = settings.get("model_max_length")
    return int(length) if isinstance(length, int | float) and 0 < length < 1e9 else None


def _no_tokenizer(folder: Path) -> EdgebertError:
    found = sorted({file.name for pattern in _OTHER_FILES for file in folder.glob(pattern)})
    return EdgebertError(
        f"{folder}: no WordPiece tokenizer, found {', '.join(found) if found else 'no tokenizer'}; "
        "expected tokenizer.json or vocab.txt as BERT's tokenizer writes"
    )
