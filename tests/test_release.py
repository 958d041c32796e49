"""What is released: the sdist, the wheel built from it, and one version everywhere."""

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_string
from fnmatch import fnmatch
from pathlib import Path

import pytest

import edgebert

ROOT = Path(__file__).parents[1]
NAME = f"edgebert-{edgebert.__version__}"
MODEL = (
    "README.md",
    "config.json",
    "model.safetensors",
    "tokenizer_config.json",
    "training.json",
    "training.svg",
    "vocab.txt",
)
IN_THE_WHEEL = (
    "edgebert/*.py",
    "edgebert/py.typed",
    "edgebert/text/unicode_tables.json",
    "edgebert/exporter/texts/README.md",
    "edgebert/exporter/texts/everyday.txt",
    "edgebert/assistant/*.toml",
    *(f"edgebert/models/assistant/{name}" for name in MODEL),
    f"{NAME}.dist-info/METADATA",
    f"{NAME}.dist-info/RECORD",
    f"{NAME}.dist-info/WHEEL",
    f"{NAME}.dist-info/entry_points.txt",
    f"{NAME}.dist-info/top_level.txt",
    f"{NAME}.dist-info/licenses/LICENSE",
)
IN_THE_SDIST = (
    *(pattern for pattern in IN_THE_WHEEL if pattern.startswith("edgebert/")),
    "edgebert.egg-info/*",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "MANIFEST.in",
    "PKG-INFO",
    "README.md",
    "SECURITY.md",
    "pyproject.toml",
    "setup.cfg",
)
BUILD = """
import sys
from setuptools import build_meta
print(build_meta.build_sdist(sys.argv[1]))
"""
BUILD_WHEEL = BUILD.replace("sdist", "wheel")


def build(script: str, source: Path, target: Path) -> Path:
    """Build with the setuptools that is installed, as pip would with one that it fetches."""
    done = subprocess.run(
        [sys.executable, "-c", script, str(target)],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return target / done.stdout.splitlines()[-1]


def tracked() -> list[str]:
    """List what a clean checkout has; what lies beside it here is not to be released."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("needs a git checkout")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def sdist(tmp_path_factory) -> Path:
    checkout = tmp_path_factory.mktemp("checkout")
    for name in tracked():
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, checkout / name)
    return build(BUILD, checkout, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def wheel(sdist, tmp_path_factory) -> Path:
    """Built from the sdist alone, so that the sdist is known to be enough."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as tar:
        tar.extractall(unpacked, filter="data")
    return build(BUILD_WHEEL, unpacked / NAME, tmp_path_factory.mktemp("wheels"))


def names_in(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_holds_what_it_should_and_nothing_else(wheel):
    assert wheel.name == f"{NAME}-py3-none-any.whl"
    names = names_in(wheel)
    foreign = [n for n in names if not any(fnmatch(n, p) for p in IN_THE_WHEEL)]
    assert foreign == []
    assert [p for p in IN_THE_WHEEL if not any(fnmatch(n, p) for n in names)] == []


def test_the_wheel_has_every_module(wheel):
    expected = {name for name in tracked() if re.fullmatch(r"edgebert/.*\.py", name)}
    assert {name for name in names_in(wheel) if name.endswith(".py")} == expected


def test_the_sdist_holds_what_it_should_and_nothing_else(sdist):
    assert sdist.name == f"{NAME}.tar.gz"
    with tarfile.open(sdist) as tar:
        names = [m.name.removeprefix(f"{NAME}/") for m in tar.getmembers() if not m.isdir()]
    foreign = [n for n in names if not any(fnmatch(n, p) for p in IN_THE_SDIST)]
    assert foreign == []
    assert [p for p in IN_THE_SDIST if not any(fnmatch(n, p) for n in names)] == []


def test_the_wheel_says_what_it_is(wheel):
    with zipfile.ZipFile(wheel) as archive:
        metadata = message_from_string(archive.read(f"{NAME}.dist-info/METADATA").decode())
        points = archive.read(f"{NAME}.dist-info/entry_points.txt").decode()
    assert metadata["Version"] == edgebert.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == "<3.14,>=3.11"
    assert points == "[console_scripts]\nedgebert = edgebert.cli:main\n"


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("README.md", r"edgebert-([\d.]+)-py3"),
        ("CHANGELOG.md", r"(?m)^## ([\d.]+)"),
        ("android_demo/app/build.gradle.kts", r'versionName = "([\d.]+)"'),
        ("android_demo/tools/build_apk.sh", r"--version-name ([\d.]+)"),
        (
            "android_demo/core/src/main/kotlin/dev/edgebert/core/bench/Protocol.kt",
            r"Kotlin core ([\d.]+)",
        ),
        (
            "ios_demo/EdgeBertCore/Sources/EdgeBertCore/Bench/Protocol.swift",
            r"Swift core ([\d.]+)",
        ),
        ("ios_demo/project.yml", r'MARKETING_VERSION: "([\d.]+)"'),
    ],
)
def test_the_version_is_the_same_everywhere(path, pattern):
    found = re.findall(pattern, (ROOT / path).read_text("utf-8"))
    assert found
    assert found[0] == edgebert.__version__
    if path != "CHANGELOG.md":  # which has the older ones too
        assert set(found) == {edgebert.__version__}
