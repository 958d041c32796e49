"""The flatbuffer reader, against what flatc writes from the same schema."""

import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgebert.inspection.flatbuffer import DamagedFlatbufferError, decode, parse_schema

SCHEMA = """
// A comment with a { brace, and a table Fake { x:int; }
namespace test;
file_identifier "TEST";
enum Color : short { red = 2, green, blue = 7 }
union Shape { Square, Round: Circle, }
table Square { side:float; }
table Circle { radius:double = 1.5; color:Color = green; }
table Point {
  old:[ubyte] (deprecated, force_align: 16);
  x:int = -3;
  y:ulong;
  flag:bool = true;
}
table Root {
  name:string;
  shape:Shape;
  after:byte;
  points:[Point];
  bytes:[ubyte] (force_align: 16);  // one a byte
  numbers:[short];
  names:[string];
  nested:Point;
}
root_type Root;
"""

points = st.fixed_dictionaries(
    {},
    optional={
        "x": st.integers(-(2**31), 2**31 - 1),
        "y": st.integers(0, 2**64 - 1),
        "flag": st.booleans(),
    },
)
shapes = st.one_of(
    st.tuples(
        st.just("Square"), st.fixed_dictionaries({"side": st.sampled_from([0.5, 2.0, -1.25])})
    ),
    st.tuples(
        st.just("Round"),
        st.fixed_dictionaries({"color": st.sampled_from(["red", "green", "blue"])}),
    ),
)
roots = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])),
        "after": st.integers(-128, 127),
        "points": st.lists(points, max_size=4),
        "bytes": st.lists(st.integers(0, 255), max_size=9),
        "numbers": st.lists(st.integers(-(2**15), 2**15 - 1), max_size=5),
        "names": st.lists(st.sampled_from(["a", "", "ünï"]), max_size=3),
        "nested": points,
    },
)


@pytest.fixture(scope="module")
def compile_json(tmp_path_factory):
    from executorch.exir._serialize._flatbuffer import _flatc_compile

    folder = tmp_path_factory.mktemp("flatc")
    (folder / "schema.fbs").write_text(SCHEMA)

    def compile_it(value: dict) -> bytes:
        (folder / "value.json").write_text(json.dumps(value))
        _flatc_compile(str(folder), str(folder / "schema.fbs"), str(folder / "value.json"))
        return (folder / "value.bin").read_bytes()

    return compile_it


def with_defaults(point: dict) -> dict:
    return {"old": None, "x": -3, "y": 0, "flag": True, **point}


@settings(max_examples=60, deadline=None)
@given(root=roots, shape=st.none() | shapes)
def test_reads_what_flatc_writes(compile_json, root, shape):
    written = dict(root)
    if shape is not None:
        written["shape_type"], written["shape"] = shape
    table = decode(parse_schema(SCHEMA), compile_json(written))
    assert table["name"] == root.get("name")
    assert table["after"] == root.get("after", 0)
    assert table["names"] == root.get("names")
    for name, dtype in (("bytes", np.uint8), ("numbers", np.int16)):
        if name in root:
            assert table[name].dtype == dtype
            assert table[name].tolist() == root[name]
        else:
            assert table[name] is None
    expected = [with_defaults(point) for point in root["points"]] if "points" in root else None
    assert table["points"] == expected
    assert table["nested"] == (with_defaults(root["nested"]) if "nested" in root else None)
    if shape is None:
        assert table["shape"] is None
    else:
        member, value = table["shape"]
        assert member == shape[0]
        assert value == ({"radius": 1.5, **shape[1]} if member == "Round" else shape[1])


@pytest.fixture(scope="module")
def intact(compile_json) -> bytes:
    return compile_json({"name": "n", "points": [{"x": 5}] * 3, "names": ["a"], "numbers": [1, 2]})


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_damage_is_a_damaged_flatbuffer(intact, data):
    whole = bytearray(intact)
    for _ in range(data.draw(st.integers(0, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    with suppress(DamagedFlatbufferError):
        decode(parse_schema(SCHEMA), bytes(cut))


def test_a_schema_with_structs_is_refused():
    with pytest.raises(ValueError, match="struct, Vec3"):
        parse_schema("struct Vec3 { x:float; } table Root { a:int; } root_type Root;")


def test_a_schema_without_root_is_refused():
    with pytest.raises(ValueError, match="root_type"):
        parse_schema("table Root { a:int; }")
