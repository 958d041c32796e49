"""The list of dependencies is that of pyproject.toml, and documents name tests that there are."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAME = re.compile(r"[A-Za-z0-9._-]+")
COLUMNS = ["package", "licence", "why", "instead"]


def asked_for() -> dict[str, set[str]]:
    """Read pyproject's packages by the heading they belong under; not edgebert itself."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = content["project"]
    lists = {
        "Always": project["dependencies"],
        **project["optional-dependencies"],
        "build-system": content["build-system"]["requires"],
    }
    return {
        heading: {NAME.match(entry)[0] for entry in entries if not entry.startswith("edgebert[")}
        for heading, entries in lists.items()
    }


def listed() -> dict[str, list[list[str]]]:
    """Read the rows of the document by heading."""
    found: dict[str, list[list[str]]] = {}
    for line in (ROOT / "docs" / "dependencies.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            rows = found.setdefault(line.removeprefix("## "), [])
        elif line.startswith("| "):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def test_every_dependency_is_listed_and_no_other():
    rows = {heading: {row[0] for row in table[1:]} for heading, table in listed().items()}
    assert rows == asked_for()


@pytest.mark.parametrize("heading", listed())
def test_every_row_says_licence_reason_and_replacement(heading):
    head, *rows = listed()[heading]
    assert head == COLUMNS
    for row in rows:
        assert len(row) == len(COLUMNS)
        assert all(row)
        assert sum(other[0] == row[0] for other in rows) == 1


def test_the_security_document_names_tests_that_there_are():
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    names = re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", text)
    assert len(names) > 20
    for path, test in names:
        content = (ROOT / path).read_text("utf-8")
        assert not test or f"\ndef {test}(" in content, f"{path}::{test}"


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md"])
def test_documents_name_files_that_there_are(name):
    text = (ROOT / name).read_text("utf-8")
    for path in re.findall(r"`(edgebert/[\w/.]+\.py)`", text):
        assert "NAME" in path or (ROOT / path).is_file(), path
    for path in re.findall(r"\]\(([\w/.]+)(?:#[\w-]+)?\)", text):
        assert (ROOT / path).exists(), path
