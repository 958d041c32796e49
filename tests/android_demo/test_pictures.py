"""The pictures of the app's screens: drawn from its layouts as they are now."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ANDROID = Path(__file__).parents[2] / "android_demo"
PICTURES = sorted((ANDROID / "pictures").glob("*.svg"))
MOST_BYTES = 10_000


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    script = ANDROID / "tools" / "pictures" / "draw.py"
    subprocess.run([sys.executable, script, "--output", folder], check=True)
    return folder


def test_none_is_missing(drawn):
    names = {path.name for path in PICTURES}
    assert names == {path.name for path in drawn.iterdir()}
    assert len(names) >= 3
    readme = (ANDROID / "README.md").read_text("utf-8")
    assert [name for name in sorted(names) if f"pictures/{name}" not in readme] == []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_it_is_of_todays_layouts(drawn, picture):
    assert picture.read_bytes() == (drawn / picture.name).read_bytes()


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_it_is_small_and_whole(picture):
    assert picture.stat().st_size < MOST_BYTES
    root = ElementTree.parse(picture).getroot()
    width = float(root.attrib["width"])
    for shape in root.iter("{http://www.w3.org/2000/svg}text"):
        end = float(shape.attrib["x"]) + float(shape.attrib["textLength"])
        assert end <= width, shape.text
