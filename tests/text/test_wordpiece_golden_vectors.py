"""The golden vectors that Kotlin and Swift read too; no reference is needed here."""

import json
import zlib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edgebert.errors import EdgebertError
from edgebert.text import Encoding, TokenizerConfig, WordPieceTokenizer
from edgebert.text.normalizer import Normalizer
from edgebert.text.unicode_tables import unicode_tables
from edgebert.text.wordpiece import WordSplitter

GOLDEN = Path(__file__).parents[1] / "golden"
VECTORS = json.loads((GOLDEN / "wordpiece.json").read_bytes())
CODE_POINTS = json.loads((GOLDEN / "code_points.json").read_bytes())
CONFIGS = {
    name: msgspec.convert(fields, TokenizerConfig) for name, fields in VECTORS["configs"].items()
}
ALL_BLOCKS_BELOW, BLOCK_STEP = 4, 8


@pytest.fixture(scope="module")
def tokenizers() -> dict[str, WordPieceTokenizer]:
    vocabulary = VECTORS["vocabulary"]
    return {name: WordPieceTokenizer(vocabulary, config) for name, config in CONFIGS.items()}


def assert_expected(found: Encoding, case: dict[str, Any], expected: dict[str, Any]) -> None:
    assert found.input_ids == expected["input_ids"], case
    assert found.token_type_ids == expected["token_type_ids"], case
    assert [list(span) for span in found.offsets] == expected["offsets"], case


@pytest.mark.parametrize("name", CONFIGS)
def test_cases(tokenizers: dict[str, WordPieceTokenizer], name: str) -> None:
    cases = [case for case in VECTORS["cases"] if case["config"] == name]
    assert len(cases) > 50
    for case in cases:
        options = {key: case[key] for key in ("truncation", "allow_mask") if key in case}
        arguments = (case["text"], case.get("pair"))
        if case.get("error"):
            with pytest.raises(EdgebertError):
                tokenizers[name].encode(*arguments, max_length=case["max_length"], **options)
            continue
        found = tokenizers[name].encode(*arguments, max_length=case["max_length"], **options)
        assert_expected(found, case, case)


def test_window_cases(tokenizers: dict[str, WordPieceTokenizer]) -> None:
    assert VECTORS["window_cases"]
    for case in VECTORS["window_cases"]:
        tokenizer = tokenizers[case["config"]]
        arguments = (case["text"], case["pair"])
        lengths = {"max_length": case["max_length"], "stride": case["stride"]}
        if case.get("error"):
            with pytest.raises(EdgebertError):
                tokenizer.encode_windows(*arguments, **lengths)
            continue
        windows = tokenizer.encode_windows(*arguments, **lengths)
        for found, expected in zip(windows, case["windows"], strict=True):
            assert_expected(found, case, expected)


@pytest.mark.parametrize("name", ["uncased", "cased"])
def test_checksums_of_code_points(name: str, everything: bool) -> None:
    normalizer = Normalizer(unicode_tables(), CONFIGS[name])
    splitter = WordSplitter(unicode_tables())
    size = CODE_POINTS["block_size"]
    for block, expected in enumerate(CODE_POINTS[name]):
        if not everything and block >= ALL_BLOCKS_BELOW and block % BLOCK_STEP:
            continue
        lines = []
        for code in range(block * size, (block + 1) * size):
            if not 0xD800 <= code < 0xE000:
                text = normalizer.normalize(f"a{chr(code)}b {chr(code)}").text
                words = (text[start:stop] for start, stop in splitter.split(text))
                lines.append(" ".join(words) + "\n")
        assert f"{zlib.crc32(''.join(lines).encode()):08x}" == expected, f"block {block}"


@pytest.mark.parametrize("name", ["wordpiece.json", "code_points.json"])
def test_files_stay_small_and_plain(name: str) -> None:
    content = (GOLDEN / name).read_bytes()
    assert len(content) < 300_000
    assert content.isascii()
