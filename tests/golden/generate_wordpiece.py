"""Generate the golden vectors wordpiece.json and code_points.json with Hugging Face's tokenizers.

The vectors let a tokenizer in another language be tested without the reference: see README.md
beside this script for the format. Running the script twice writes the same bytes.
"""

import argparse
import json
import zlib
from collections.abc import Iterator
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
from tokenizers import Encoding
from wordpiece_reference import reference_tokenizer
from wordpiece_texts import MASKED, PAIRS, TEXTS, VOCABULARY, WINDOWS

from edgebert.text import TokenizerConfig

HERE = Path(__file__).parent
BLOCK_SIZE = 4096
CONFIGS = {
    "uncased": TokenizerConfig(),
    "cased": TokenizerConfig(lowercase=False),
    "lowercase_keeping_accents": TokenizerConfig(strip_accents=False),
    "cased_stripping_accents": TokenizerConfig(lowercase=False, strip_accents=True),
    "joined_cjk_short_words": TokenizerConfig(split_cjk=False, max_word_chars=6),
}
STRATEGIES = ("longest_first", "only_first", "only_second")
Case = dict[str, Any]


def expected_values(encoding: Encoding) -> Case:
    """Ids, type ids and offsets of one encoding."""
    return {
        "input_ids": encoding.ids,
        "token_type_ids": encoding.type_ids,
        "offsets": [list(span) for span in encoding.offsets],
    }


def text_cases() -> Iterator[Case]:
    """Every text alone and whole, with every config."""
    for name, config in CONFIGS.items():
        tokenizer = reference_tokenizer(VOCABULARY, config)
        for text in TEXTS:
            encoding = tokenizer.encode(text)
            case = {"config": name, "text": text, "max_length": max(2, len(encoding))}
            yield case | expected_values(encoding)


def mask_cases() -> Iterator[Case]:
    """Typed mask tokens, read as masks and as plain text."""
    for text, allow_mask in product(MASKED, (True, False)):
        encoding = reference_tokenizer(VOCABULARY, CONFIGS["uncased"], allow_mask).encode(text)
        case = {"config": "uncased", "text": text, "max_length": len(encoding)}
        yield case | {"allow_mask": allow_mask} | expected_values(encoding)


def truncation_cases() -> Iterator[Case]:
    """Texts and pairs cut to small lengths; what the reference refuses is an error."""
    tokenizer = reference_tokenizer(VOCABULARY, CONFIGS["uncased"])
    for (text, pair), truncation in product(PAIRS, STRATEGIES):
        special = 2 if pair is None else 3
        for max_length in (special - 1, special, special + 1, special + 3, special + 8, 32):
            case: Case = {"config": "uncased", "text": text, "pair": pair}
            case |= {"max_length": max_length, "truncation": truncation}
            if max_length < special:  # The reference's behaviour is undefined here.
                yield case | {"error": True}
                continue
            tokenizer.enable_truncation(max_length, strategy=truncation)
            try:
                encoding = tokenizer.encode(text, pair)
            except Exception:  # A truncation error; the package has no class of its own for it.
                yield case | {"error": True}
            else:
                yield case | expected_values(encoding)


def window_cases() -> Iterator[Case]:
    """Pairs whose second text is cut into overlapping windows."""
    tokenizer = reference_tokenizer(VOCABULARY, CONFIGS["uncased"])
    for (text, pair), (max_length, stride) in product(WINDOWS, ((12, 0), (12, 2), (9, 3), (40, 5))):
        case: Case = {"config": "uncased", "text": text, "pair": pair}
        case |= {"max_length": max_length, "stride": stride}
        tokenizer.no_truncation()
        first = len(tokenizer.encode(text, add_special_tokens=False))
        whole = len(tokenizer.encode(text, pair))
        if whole > max_length and stride >= max_length - 3 - first:
            yield case | {"error": True}  # The reference panics, or drops the second text.
            continue
        tokenizer.enable_truncation(max_length, stride=stride, strategy="only_second")
        encoding = tokenizer.encode(text, pair)
        yield case | {"windows": [expected_values(e) for e in [encoding, *encoding.overflowing]]}


def block_checksums(config: TokenizerConfig) -> list[str]:
    """CRC-32 of the words of every block of code points; README.md has the definition."""
    reference = reference_tokenizer(VOCABULARY, config)
    checksums = []
    for start in range(0, 0x110000, BLOCK_SIZE):
        lines = []
        for code in range(start, start + BLOCK_SIZE):
            if 0xD800 <= code < 0xE000:
                continue
            text = reference.normalizer.normalize_str(f"a{chr(code)}b {chr(code)}")
            lines.append(" ".join(w for w, _ in reference.pre_tokenizer.pre_tokenize_str(text)))
        content = "".join(f"{line}\n" for line in lines).encode()
        checksums.append(f"{zlib.crc32(content):08x}")
    return checksums


def write(path: Path, head: Case, lists: dict[str, list[Any]]) -> None:
    """Write JSON with one case a line, non-ASCII characters escaped."""

    def compact(value: Any) -> str:
        return json.dumps(value, separators=(",", ":"))

    members = [f"{compact(name)}: {compact(value)}" for name, value in head.items()]
    for name, cases in lists.items():
        rows = ",\n".join(map(compact, cases))
        members.append(f"{compact(name)}: [\n{rows}\n]")
    path.write_text("{\n" + ",\n".join(members) + "\n}\n", encoding="ascii")


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=HERE, help="folder; default: %(default)s")
    folder: Path = parser.parse_args().output
    head: Case = {"format": 1, "reference": f"tokenizers {version('tokenizers')}"}
    configs = {name: msgspec.to_builtins(config) for name, config in CONFIGS.items()}
    write(
        folder / "wordpiece.json",
        head | {"configs": configs, "vocabulary": VOCABULARY},
        {
            "cases": [*text_cases(), *mask_cases(), *truncation_cases()],
            "window_cases": list(window_cases()),
        },
    )
    checksums = {name: block_checksums(CONFIGS[name]) for name in ("uncased", "cased")}
    write(folder / "code_points.json", head | {"block_size": BLOCK_SIZE} | checksums, {})


if __name__ == "__main__":
    main()
