"""The page in a real browser: the plots are there, nothing overflows, dark is dark."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from chromium import CHROMIUM, browser
from made_records import PHONE, full

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / name) for name in ("bundle", "engines")]

from tiny_bundles import write_onnx_bundle  # noqa: E402

from edgebert.report import make_report  # noqa: E402
from edgebert.report.page import write_page  # noqa: E402
from edgebert.report.style import DARK, LIGHT  # noqa: E402

SIZES = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
OUTSIDE = """[...document.querySelectorAll('body *')].filter(element =>
  !element.closest('.wide, pre') && element.getBoundingClientRect().width > 0 &&
  (element.getBoundingClientRect().right > innerWidth + 0.5 ||
   element.getBoundingClientRect().left < -0.5)).map(element => element.outerHTML.slice(0, 80))"""
PLOTS = """[...document.querySelectorAll('svg.plot')].map(plot => {
  const box = plot.getBoundingClientRect();
  const bars = [...plot.querySelectorAll('.bar, .bubble, .dot')];
  return [box.width, box.height, bars.length,
    bars.every(bar => bar.getBoundingClientRect().width > 0)];
})"""
CLASHES = """[...document.querySelectorAll('svg.plot')].flatMap(plot => {
  const texts = [...plot.querySelectorAll('text')].map(t => [t, t.getBoundingClientRect()]);
  return texts.flatMap(([a, one], n) => texts.slice(n + 1).filter(([b, other]) =>
    one.left < other.right - 1 && other.left < one.right - 1 &&
    one.top < other.bottom - 4 && other.top < one.bottom - 4
  ).map(([b]) => a.textContent + ' | ' + b.textContent));
})"""
SMALLEST = """Math.min(...[...document.querySelectorAll('svg.plot text')].map(text =>
  parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))"""
GROUND = "getComputedStyle(document.documentElement).backgroundColor"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    if CHROMIUM is None:
        assert not os.environ.get("EDGEBERT_REQUIRE_CHROMIUM"), "Chromium is required here"
        pytest.skip("NO CHROMIUM: the report's page is NOT looked at; apt-get install chromium")
    with browser(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    """Two devices with all there can be."""
    path = tmp_path_factory.mktemp("rich") / "report.html"
    long = "ssh:somebody@a-rather-long-name-of-a-board.in-some.example.org:2222"
    path.write_text(write_page(make_report([*full(), *full(long, PHONE, 1234.0)])), "utf-8")
    return path


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """What the commands make of a real bundle."""
    folder = tmp_path_factory.mktemp("measured")
    bundle, records = write_onnx_bundle(folder / "tiny"), folder / "results.jsonl"
    page = folder / "report.html"
    quick = ("--repeats", "2", "--iterations", "4", "--warmups", "1", "--threads", "1")
    for arguments in (
        ("benchmark", bundle, "-o", records, "--buckets", "8,16", *quick),
        ("report", records, "-o", page),
    ):
        command = [sys.executable, "-m", "edgebert.cli", *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True)
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize(("page", "plots"), [("rich", 14), ("measured", 4)])
def test_the_page_reads_well(shown, request, page, plots, width, dark):
    shown.open(request.getfixturevalue(page), width, dark=dark)
    assert shown.evaluate(SIZES) == [width, width]
    assert shown.evaluate(OUTSIDE) == []
    found = shown.evaluate(PLOTS)
    assert len(found) == plots
    for across, down, marks, seen in found:
        assert across >= 300
        assert down >= 80
        assert marks >= 2
        assert seen
    assert shown.evaluate(CLASHES) == []
    assert shown.evaluate(SMALLEST) >= 10.5
    ground = (DARK if dark else LIGHT)["page"]
    assert shown.evaluate(GROUND) == f"rgb{tuple(int(ground[n : n + 2], 16) for n in (1, 3, 5))}"
    assert shown.picture().startswith(b"\x89PNG")


def test_the_page_asks_for_nothing_and_complains_about_nothing(shown, rich):
    shown.open(rich, 360)
    shown.evaluate("1")
    asked = [
        event["params"]["request"]["url"]
        for event in shown.events
        if event["method"] == "Network.requestWillBeSent"
    ]
    assert asked == [rich.as_uri()]
    assert [e for e in shown.events if e["method"] in ("Log.entryAdded",)] == []


def test_a_script_would_not_run(shown, tmp_path):
    """The policy holds even where escaping should fail one day."""
    page = tmp_path / "spoiled.html"
    whole = write_page(make_report(full()))
    page.write_text(whole.replace("<h1>", "<script>document.title = 'ran'</script><h1>"), "utf-8")
    shown.open(page, 360)
    assert shown.evaluate("document.title") == "Benchmark: which artifact to ship"
