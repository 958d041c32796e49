"""`import edgebert` is light, and its names are what they say."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run_python(script):
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_importing_the_package_imports_nothing_else():
    modules = set(run_python("import sys, edgebert; print(*sys.modules)"))
    assert {name for name in modules if name.startswith("edgebert")} == {
        "edgebert",
        "edgebert.errors",
        "edgebert.printable",
    }
    assert "numpy" not in modules


def test_every_public_name_is_there():
    import edgebert

    for name in edgebert.__all__:
        assert getattr(edgebert, name) is not None
    assert set(dir(edgebert)) == set(edgebert.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = edgebert.no_such_name


def test_export_is_a_function_whatever_was_imported_before():
    imports = "import edgebert.exporter\n"
    run_python(imports + "import edgebert; assert callable(edgebert.export)")
