"""The calibration table's file: stable bytes, and a place for everything that is wrong in it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import (
    CalibrationTable,
    Range,
    SiteRanges,
    decode_table,
    encode_table,
    read_table,
)

SHA = "0123456789abcdef" * 4

BOUNDS = st.floats(-1e38, 1e38)
RANGES = st.tuples(BOUNDS, BOUNDS).map(lambda bounds: Range(min(bounds), max(bounds)))
CHANNELS = st.lists(st.integers(0, 4000), unique=True).map(sorted)
SITES = st.builds(SiteRanges, RANGES, RANGES, CHANNELS, CHANNELS)
TABLES = st.builds(
    CalibrationTable,
    observer=st.text(st.characters(codec="utf-8"), min_size=1),
    texts=st.integers(1, 2**40),
    tokens=st.integers(1, 2**40),
    text_sha256=st.just(SHA),
    checkpoint_sha256=st.just(SHA),
    sites=st.dictionaries(st.text(st.characters(codec="utf-8")), SITES, max_size=5),
)


def small_table() -> CalibrationTable:
    return CalibrationTable(
        observer="mse",
        texts=2,
        tokens=9,
        text_sha256=SHA,
        checkpoint_sha256=SHA,
        sites={
            "layers.0.ffn.down.0": SiteRanges(Range(-0.1, 2.5), Range(-3, 4), [2], [1, 7]),
            "layers.0.attention.qkv.0": SiteRanges(Range(0, 1 / 3), Range(-1e-8, 1e20)),
        },
    )


@given(table=TABLES)
def test_round_trip(table: CalibrationTable) -> None:
    data = encode_table(table)
    again = decode_table(data, "a.json")
    assert again == table
    assert list(again.sites) == list(table.sites)
    assert encode_table(again) == data


@given(low=BOUNDS, high=BOUNDS)
def test_bounds_are_float32_and_short(low: float, high: float) -> None:
    low, high = sorted((low, high))
    values = Range(low, high)
    assert (np.float32(low), np.float32(high)) == (values.min, values.max)
    table = CalibrationTable(
        observer="minmax",
        texts=1,
        tokens=1,
        text_sha256=SHA,
        checkpoint_sha256=SHA,
        sites={"a": SiteRanges(values, values)},
    )
    written = json.loads(encode_table(table))["sites"]["a"]["input"]
    for name, value in (("min", low), ("max", high)):
        assert np.float32(written[name]) == np.float32(value)
        assert float(str(np.float32(value))) == written[name]


def test_the_file_is_what_one_expects_to_edit(tmp_path: Path) -> None:
    (tmp_path / "table.json").write_bytes(encode_table(small_table()))
    text = (tmp_path / "table.json").read_text()
    assert text.startswith('{\n  "format": 1,\n  "observer": "mse",\n  "texts": 2,\n')
    assert text.endswith("}\n")
    assert '"min": -0.1,' in text
    assert '"max": 0.33333334' in text
    assert read_table(tmp_path / "table.json") == small_table()
    assert [path.name for path in tmp_path.iterdir()] == ["table.json"]


def test_minus_zero_is_zero() -> None:
    table = small_table()
    table.sites["layers.0.ffn.down.0"] = SiteRanges(Range(-0.0, -0.0), Range(0, 0))
    assert b"-0.0" not in encode_table(table).replace(b"-0.1", b"")


def edited(change: Callable[[dict[str, Any]], object]) -> bytes:
    content = json.loads(encode_table(small_table()))
    change(content)
    return json.dumps(content).encode()


def in_site(**changes: object) -> Callable[[dict[str, Any]], object]:
    return lambda content: content["sites"]["layers.0.ffn.down.0"].update(changes)


PLACE = r"\$\.sites\['layers\.0\.ffn\.down\.0'\]"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (in_site(input={"min": 0, "max": "4"}), PLACE + r"\.input\.max: expected `float`, got"),
        (in_site(input={"min": 0}), PLACE + r"\.input: object missing required field `max`"),
        (in_site(input={"min": 5, "max": 4}), PLACE + r"\.input: min is 5\.0, above max 4\.0"),
        (in_site(input={"min": 0, "max": 1e39}), PLACE + r"\.input: max is 1e\+39, expected"),
        (in_site(input={"min": 0, "max": 10**400}), PLACE + r"\.input"),
        (in_site(input={"min": -2e38, "max": 0}), PLACE + ": a bound is -1.9999.*, expected at"),
        (in_site(input={"min": 0, "max": 1, "mix": 2}), "unknown field `mix`"),
        (in_site(output=None), PLACE + r"\.output: expected `object`, got `null`"),
        (in_site(outlier=[]), PLACE + ": object contains unknown field `outlier`"),
        (in_site(input_outliers=[3, 1]), PLACE + r": input_outliers is \[3, 1\], expected differ"),
        (in_site(output_outliers=[1, 1]), PLACE + r": output_outliers is \[1, 1\], expected"),
        (in_site(input_outliers=[-1]), PLACE + r": input_outliers is \[-1\], expected different"),
        (in_site(output_outliers=[0.5]), PLACE + r"\.output_outliers\[0\]: expected `int`, got"),
        (lambda c: c["sites"].update(a=[]), r"\$\.sites\['a'\]: expected `object`, got `array`"),
        (lambda c: c.update(sites=[]), r"\$\.sites: expected `object`, got `array`"),
        (lambda c: c.pop("sites"), r"\$: object missing required field `sites`"),
        (lambda c: c.update(texts=0), r"\$: texts is 0, expected 1 or more"),
        (lambda c: c.update(tokens="9"), r"\$\.tokens: expected `int`, got `str`"),
        (lambda c: c.update(observer=""), r"\$: observer is empty"),
        (lambda c: c.update(text_sha256="abc"), r"\$: text_sha256 is 'abc', expected 64 hex"),
        (lambda c: c.update(checkpoint_sha256=SHA.upper()), "checkpoint_sha256 is '0123"),
        (lambda c: c.update(format=2), "format 2 is newer than this edgebert reads"),
        (lambda c: c.update(format=0), r"\$: format is 0, expected 1"),
        (lambda c: c.update(note="mine"), r"\$: object contains unknown field `note`"),
    ],
)
def test_a_wrong_edit_is_one_line_with_its_place(
    change: Callable[[dict[str, Any]], object], message: str
) -> None:
    with pytest.raises(EdgebertError, match=message) as caught:
        decode_table(edited(change), "table.json")
    assert str(caught.value).startswith("table.json: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "line 1 column 1 is not JSON"),
        (b'{\n  "format": 1,\n  "texts" 3\n}', "line 3 column 11 is not JSON"),
        (b"[]", "expected a JSON object"),
        (b'{"texts": NaN}', "holds NaN, expected finite numbers"),
        (b'{"texts": 1, "texts": 2}', "the name 'texts' appears twice"),
        (b"\xff\xfe\x00", "is not JSON in UTF-8"),
        (b"[" * 200_000, "is not JSON in UTF-8"),
        (b'{"texts": ' + b"9" * 5000 + b"}", "is not JSON in UTF-8"),
    ],
)
def test_what_is_no_table(data: bytes, message: str) -> None:
    with pytest.raises(EdgebertError, match=message):
        decode_table(data, "table.json")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(EdgebertError, match="no such file, expected a calibration table"):
        read_table(tmp_path / "none.json")
    with pytest.raises(EdgebertError, match="cannot be read"):
        read_table(tmp_path)


def test_the_sites_must_be_the_graphs() -> None:
    table = small_table()
    table.require_sites(reversed(list(table.sites)))
    with pytest.raises(EdgebertError, match=r"lacks the sites 'pooler' \(expected the 3 sites"):
        table.require_sites([*table.sites, "pooler"])
    with pytest.raises(EdgebertError, match=r"has the unknown sites 'layers\.0\.ffn\.down\.0' \("):
        table.require_sites(["layers.0.attention.qkv.0"])
    with pytest.raises(EdgebertError, match=r"'s0', 's1', 's2', 's3', 's4' and 4 more and has the"):
        table.require_sites([f"s{i}" for i in range(9)])


def test_the_outliers_must_be_channels_of_the_graph() -> None:
    table = small_table()
    channels = {"layers.0.ffn.down.0": (3, 8), "layers.0.attention.qkv.0": (1, 1)}
    table.require_channels(channels)
    with pytest.raises(EdgebertError, match=r"output outlier channels \[1, 7\], expected fewer"):
        table.require_channels(channels | {"layers.0.ffn.down.0": (3, 7)})
    with pytest.raises(EdgebertError, match=r"input outlier channels \[2\], expected fewer"):
        table.require_channels(channels | {"layers.0.ffn.down.0": (2, 8)})
    table.sites["layers.0.attention.qkv.0"] = SiteRanges(Range(0, 1), Range(0, 1), [0])
    with pytest.raises(EdgebertError, match="expected fewer than its 1 input channels"):
        table.require_channels(channels)
