"""The documents: what they link to is there."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("", "docs", "edgebert", "export", "benchmarks", "tests", "android_demo", "ios_demo")
PAGES = sorted(
    {
        page.relative_to(ROOT)
        for folder in FOLDERS
        for page in (ROOT / folder).glob("*.md" if not folder else "**/*.md")
    }
)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", (ROOT / page).read_text("utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    missing = [
        link
        for link in links
        if not re.match(r"https?:|#|mailto:", link)
        and not (ROOT / page).parent.joinpath(unquote(link.partition("#")[0])).exists()
    ]
    assert not missing


def test_the_readme_is_among_them():
    assert Path("README.md") in PAGES
