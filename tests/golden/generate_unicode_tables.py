"""Generate edgebert/text/unicode_tables.json from the behaviour of Hugging Face's tokenizers.

Every code point is put through BertNormalizer, BertPreTokenizer and NFD one step at a time, and
what comes out is written down as ranges. No Unicode database is read: the tables say what the
reference does, whichever versions of Unicode its parts were built with. The output depends on the
installed `tokenizers` alone; running the script twice writes the same bytes.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Iterator
from functools import cmp_to_key
from importlib.metadata import version
from pathlib import Path

from tokenizers.normalizers import NFD, BertNormalizer, Normalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

OUTPUT = Path(__file__).parents[2] / "edgebert" / "text" / "unicode_tables.json"
SURROGATES = range(0xD800, 0xE000)
HANGUL_SYLLABLES = range(0xAC00, 0xD7A4)
CHARACTERS = [chr(code) for code in range(0x110000) if code not in SURROGATES]


def step(**enabled: bool) -> BertNormalizer:
    """BertNormalizer with only the named steps on."""
    steps = {"clean_text": False, "handle_chinese_chars": False}
    return BertNormalizer(**(steps | {"strip_accents": False, "lowercase": False} | enabled))


def apply(normalizer: Normalizer) -> dict[str, str]:
    """What each character becomes between two letters, for those that change."""
    changed = {}
    for character in CHARACTERS:
        result = normalizer.normalize_str(f"a{character}b")
        assert result.startswith("a"), hex(ord(character))
        assert result.endswith("b"), hex(ord(character))
        if result[1:-1] != character:
            changed[character] = result[1:-1]
    return changed


def boundaries(codes: Iterable[int]) -> list[int]:
    """Half-open ranges as a flat sorted list [start, stop, start, stop, ...]."""
    flat: list[int] = []
    for code in sorted(codes):
        if flat and flat[-1] == code:
            flat[-1] = code + 1
        else:
            flat += [code, code + 1]
    return flat


def codes_where(changed: dict[str, str], holds: Callable[[str, str], bool]) -> list[int]:
    """Code points of the changed characters for which holds(character, result)."""
    return [ord(character) for character, result in changed.items() if holds(character, result)]


def combining_order(nfd: Normalizer) -> list[int]:
    """Ranks that order combining marks as NFD does: flat [start, stop, rank, ...], rank >= 1.

    A mark is what swaps places with a mark of the lowest or of the highest class; two marks are
    compared by whether NFD swaps them. Ranks stand for canonical combining classes in their order.
    """
    lowest, highest = "\u0334", "\u0345"

    def swaps(first: str, second: str) -> bool:
        return nfd.normalize_str(f"a{first}{second}")[1:] != first + second

    def compare(first: str, second: str) -> int:
        return int(swaps(first, second)) - int(swaps(second, first))

    plain = [c for c in CHARACTERS if nfd.normalize_str(c) == c]
    marks = [c for c in plain if swaps(c, lowest) or swaps(highest, c)] + [lowest, highest]
    ordered = sorted(set(marks), key=ord)
    ordered.sort(key=cmp_to_key(compare))
    ranks: dict[int, int] = {}
    rank = 1
    for previous, mark in zip([ordered[0], *ordered], ordered, strict=False):
        rank += compare(previous, mark) < 0
        ranks[ord(mark)] = rank
    flat: list[int] = []
    for code in sorted(ranks):
        if flat and flat[-2] == code and flat[-1] == ranks[code]:
            flat[-2] = code + 1
        else:
            flat += [code, code + 1, ranks[code]]
    return flat


def mapping_runs(pairs: dict[int, int]) -> list[int]:
    """A one-to-one mapping as flat runs [first, last, step, distance, ...] with step 1 or 2."""
    flat: list[int] = []
    for code in sorted(pairs):
        distance = pairs[code] - code
        if flat and flat[-1] == distance:
            gap = code - flat[-3]
            if gap == flat[-2] or (flat[-4] == flat[-3] and gap in (1, 2)):
                flat[-3:] = [code, gap, distance]
                continue
        flat += [code, code, 1, distance]
    return flat


def mapping_lists(mapping: dict[str, str]) -> list[list[int]]:
    """One row [from, to, to, ...] a character."""
    return [[ord(c), *map(ord, mapping[c])] for c in sorted(mapping)]


def punctuation(whitespace: list[int], removed: list[int]) -> list[int]:
    """Punctuation of BertPreTokenizer; it must split at no space that cleaning leaves as it is."""
    pretokenizer = BertPreTokenizer()
    isolated, spaces = [], []
    for character in CHARACTERS:
        pieces = [piece for piece, _ in pretokenizer.pre_tokenize_str(f"a{character}b")]
        if pieces == ["a", character, "b"]:
            isolated.append(ord(character))
        elif pieces == ["a", "b"]:
            spaces.append(ord(character))
        else:
            assert pieces == [f"a{character}b"], hex(ord(character))
    assert set(whitespace) <= set(spaces) <= set(whitespace) | set(removed)
    return isolated


def tables() -> dict[str, object]:
    """All tables, checked for what the reading code takes for granted."""
    cleaned = apply(step(clean_text=True))
    removed = codes_where(cleaned, lambda _, result: result == "")
    whitespace = [ord(" "), *codes_where(cleaned, lambda _, result: result == " ")]
    assert len(removed) + len(whitespace) == len(cleaned) + 1

    spaced = apply(step(handle_chinese_chars=True))
    assert all(result == f" {character} " for character, result in spaced.items())

    nfd = NFD()
    decomposed = apply(nfd)
    stripped = apply(step(strip_accents=True))
    nonspacing = {c for c, result in stripped.items() if result == "" and c not in decomposed}
    for character, parts in decomposed.items():
        kept = "".join(part for part in parts if part not in nonspacing)
        assert stripped.get(character, character) == kept, hex(ord(character))
    hangul = {c: parts for c, parts in decomposed.items() if ord(c) in HANGUL_SYLLABLES}
    assert hangul == {chr(code): hangul_parts(code) for code in HANGUL_SYLLABLES}

    lowered = apply(step(lowercase=True))
    single = {ord(c): ord(result) for c, result in lowered.items() if len(result) == 1}
    return {
        "format": 1,
        "reference": f"tokenizers {version('tokenizers')}",
        "removed": boundaries([*removed, *SURROGATES]),
        "whitespace": boundaries(whitespace),
        "ideographs": boundaries(map(ord, spaced)),
        "nonspacing": boundaries(map(ord, nonspacing)),
        "punctuation": boundaries(punctuation(whitespace, removed)),
        "combining_order": combining_order(nfd),
        "lowercase_runs": mapping_runs(single),
        "lowercase_lists": mapping_lists({c: r for c, r in lowered.items() if len(r) != 1}),
        "decompositions": mapping_lists({c: p for c, p in decomposed.items() if c not in hangul}),
    }


def hangul_parts(code: int) -> str:
    """Jamo of a Hangul syllable by the arithmetic of the Unicode Standard, section 3.12."""
    leading, rest = divmod(code - 0xAC00, 21 * 28)
    vowel, trailing = divmod(rest, 28)
    jamo = chr(0x1100 + leading) + chr(0x1161 + vowel)
    return jamo + chr(0x11A7 + trailing) if trailing else jamo


def lines(document: dict[str, object]) -> Iterator[str]:
    """JSON with one table a line."""
    for name, value in document.items():
        yield f"{json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}"


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=OUTPUT, help="default: %(default)s")
    arguments = parser.parse_args()
    arguments.output.write_text("{\n" + ",\n".join(lines(tables())) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
