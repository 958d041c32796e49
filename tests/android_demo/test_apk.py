"""The Android app: type-checked, packed and signed without an SDK, and what is in the package."""

import re
import tomllib
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

ANDROID = Path(__file__).parents[2] / "android_demo"
APP = ANDROID / "app" / "src" / "main"
TABLES = ANDROID.parent / "edgebert" / "text" / "unicode_tables.json"
ANDROID_NAMESPACE = "{http://schemas.android.com/apk/res/android}"
LEAST_CONTRAST = 4.5  # WCAG 2.1, level AA, for text of any size
MOST_BYTES = 2_000_000


@pytest.fixture
def entries(apk) -> zipfile.ZipFile:
    with zipfile.ZipFile(apk.path) as package:
        yield package


def test_it_is_built_and_its_signature_holds(apk):
    assert re.search(r"^Verifies$", apk.output, re.MULTILINE), apk.output
    assert "v2 scheme (APK Signature Scheme v2): true" in apk.output
    assert 0 < apk.path.stat().st_size < MOST_BYTES


def test_it_asks_for_no_permission(apk):
    assert "package: name='dev.edgebert.demo'" in apk.output
    assert "uses-permission" not in apk.output
    assert "INTERNET" not in (APP / "AndroidManifest.xml").read_text("utf-8")


def test_it_is_for_android_8_and_starts_with_the_chat(apk):
    assert "sdkVersion:'26'" in apk.output
    assert "launchable-activity: name='dev.edgebert.demo.chat.ChatActivity'" in apk.output


def test_it_holds_code_resources_and_tables_and_nothing_native(entries):
    names = set(entries.namelist())
    assert {"classes.dex", "resources.arsc", "AndroidManifest.xml"} <= names
    assert entries.read("dev/edgebert/core/text/unicode_tables.json") == TABLES.read_bytes()
    assert not [name for name in names if name.startswith("lib/")]


def test_what_is_stored_is_aligned(apk, entries):
    """Android maps resources.arsc; from version 11 on it refuses one that is not aligned to 4."""
    content = apk.path.read_bytes()
    stored = [entry for entry in entries.infolist() if entry.compress_type == zipfile.ZIP_STORED]
    assert "resources.arsc" in {entry.filename for entry in stored}
    for entry in stored:
        header = entry.header_offset
        lengths = content[header + 26 : header + 30]
        name, extra = int.from_bytes(lengths[:2], "little"), int.from_bytes(lengths[2:], "little")
        assert (header + 30 + name + extra) % 4 == 0, entry.filename


def test_it_has_the_runtimes_classes_and_no_stub(entries):
    code = entries.read("classes.dex")
    for name in (b"Ldev/edgebert/demo/chat/ChatActivity;", b"Lorg/pytorch/executorch/Module;"):
        assert name in code
    assert b"a stub was called" not in code


def test_engines_name_the_versions_that_gradle_takes():
    versions = tomllib.loads((ANDROID / "gradle" / "libs.versions.toml").read_text("utf-8"))
    for engine in ("Executorch", "Litert"):
        source = APP / "kotlin" / "dev" / "edgebert" / "demo" / "engines" / f"{engine}Engine.kt"
        found = re.search(r'override val version = "(.+)"', source.read_text("utf-8"))
        assert found
        assert found[1] == versions["versions"][engine.lower()]


def resources(folder: str, name: str) -> dict[str, str]:
    """Return the values of a resource file by name."""
    root = ElementTree.parse(APP / "res" / folder / name).getroot()
    return {item.attrib["name"]: "".join(item.itertext()) for item in root}


def test_no_string_is_unused_and_no_text_is_fixed():
    sources = [path for path in APP.rglob("*") if path.suffix in {".kt", ".xml"}]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    used = set(re.findall(r"(?:R\.string\.|@string/)(\w+)", text))
    assert used == set(resources("values", "strings.xml"))
    for layout in (APP / "res" / "layout").glob("*.xml"):
        for view in ElementTree.parse(layout).iter():
            for name in ("text", "hint", "contentDescription"):
                value = view.get(ANDROID_NAMESPACE + name, "@string/")
                assert value.startswith("@string/"), (layout.name, value)


def luminance(color: str) -> float:
    """Return the relative luminance of #RRGGBB, 0 to 1, as WCAG 2.1 defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("folder", ["values", "values-night"])
def test_texts_can_be_read_by_day_and_by_night(folder):
    colors = resources(folder, "colors.xml")
    pairs = [
        (text, ground)
        for text in ("text", "text_weak", "accent", "problem")
        for ground in ("window", "answer", "question")
        if ground != "question" or text == "text"
    ]
    for text, ground in pairs:
        low, high = sorted((luminance(colors[text]), luminance(colors[ground])))
        assert (high + 0.05) / (low + 0.05) >= LEAST_CONTRAST, (text, ground)


def test_sizes_of_texts_follow_the_users_font_size():
    dimensions = resources("values", "dimens.xml")
    for layout in (APP / "res" / "layout").glob("*.xml"):
        for view in ElementTree.parse(layout).iter():
            size = view.get(ANDROID_NAMESPACE + "textSize")
            if size is not None:
                assert dimensions[size.removeprefix("@dimen/")].endswith("sp")
            height = view.get(ANDROID_NAMESPACE + "layout_height")
            assert height in {None, "wrap_content", "match_parent", "0dp"}, (layout.name, height)
