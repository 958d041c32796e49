"""The page: its plots, its words, and that nothing in records becomes markup."""

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_records import PHONE, PI, facts, failure, full, latency, memory, state
from pages import Page, plots_of

from edgebert.bench.protocol import Waited
from edgebert.report import make_report
from edgebert.report.page import write_page
from edgebert.report.style import DARK, LIGHT

# Tags that our pages are made of; with any other, text has become markup.
TAGS = """
    html head meta title style body h1 h2 h3 p ul li div section dl dt dd table thead tbody tr th
    td figure figcaption svg desc g text rect line path circle details summary pre
"""
HOSTILE = '</title></style></svg><script>alert(1)</script><img src=x onerror="alert(1)">&lt;\u202e'


def page_of(records, **given):
    text = write_page(make_report(records, **given))
    return Page(text), plots_of(text), text


@pytest.fixture(scope="module")
def pi():
    return page_of(full())


def titles(plots):
    return [plot.findtext("title") for plot in plots]


def test_all_plots_are_there(pi):
    page, plots, _ = pi
    assert titles(plots) == [
        "Latency at 16 tokens, 1 thread",
        "Latency at 16 tokens, 2 threads",
        "Latency at 128 tokens, 1 thread",
        "Latency at 128 tokens, 2 threads",
        "Size, latency and accuracy",
        "Peak memory",
        "Temperature over time",
    ]
    assert page.tags.count("section") == 1


def test_a_latency_plot_has_a_bar_an_interval_and_a_mark_a_mode_and_engine(pi):
    for plot in pi[1][:4]:
        classes = [element.get("class", "") for element in plot.iter()]
        bars = [name for name in classes if name.startswith("bar ")]
        assert bars == ["bar fp32", "bar dynamic", "bar static"] * 3
        assert classes.count("interval") == classes.count("mark") == 9
        assert [e.text for e in plot.iter("text") if e.get("class") == "heading"] == [
            "executorch",
            "litert",
            "onnxruntime",
        ]


def test_bars_are_as_long_as_their_values(pi):
    """The plots of one length share a scale, which begins at 0."""
    lengths = []
    for plot in pi[1][:2]:
        for row in plot.iter("g"):
            width = float(row.find("rect").get("width"))
            value = float(row.findall("text")[1].text)
            lengths.append(width / value)
    assert max(lengths) / min(lengths) < 1.02


def test_everything_drawn_is_within_its_plot(pi):
    for plot in pi[1]:
        left, top, width, height = map(float, plot.get("viewBox").split())
        for element in plot.iter():
            for name in ("x", "x1", "x2", "cx"):
                assert left <= float(element.get(name, 0)) <= left + width
            for name in ("y", "y1", "y2", "cy"):
                assert top <= float(element.get(name, 0)) <= top + height


def test_plots_say_in_words_what_they_show(pi):
    page, plots, _ = pi
    for plot in plots:
        ids = plot.get("aria-labelledby").split()
        assert [plot.find("title").get("id"), plot.find("desc").get("id")] == ids
    described = plots[0].findtext("desc")
    assert described.count(" ms (") == 9
    ids = page.values("id")
    assert len(ids) == len(set(ids))


def test_the_sentence_the_rule_and_the_figures_are_there(pi):
    page, _, _ = pi
    for part in (
        "On pi, ship model.static.tflite: litert 1.0 with 2 threads",
        "The rule: an artifact that failed its self-test",
        "Accuracy: 500 labelled rows of test.jsonl, measured when the bundle was exported.",
        "pi: Raspberry Pi 5, 4 x Cortex-A76, 4 threads to use, asimddp, Linux 6.6",
        "The 4 hottest sensors; one more was cooler.",
        "accuracy 94.40 %, 0.60 points below fp32",
        "| engine | threads | tokens | mode |",
    ):
        assert part in page.text


def test_what_there_is_not_is_said():
    page, plots, _ = page_of([latency(), latency(mode="fp32")])
    assert titles(plots) == ["Latency at 16 tokens, 1 thread"]
    assert "Accuracy: not known; the records hold no figure." in page.text
    assert "The device told no temperature." in page.text
    assert "Not measured: the device does not tell" in page.text


def test_without_figures_size_is_drawn_over_latency():
    known = [facts(agreement=None), facts(mode="fp32")]
    records = [latency(known=known[0]), latency(mode="fp32", known=known[1])]
    assert "Size, latency and size, MB" in titles(page_of(records)[1])


def test_agreement_stands_in_for_accuracy_and_says_so():
    page, plots, _ = page_of([latency(known=facts()), latency("onnxruntime", known=facts())])
    assert "Size, latency and agreement with fp32" in titles(plots)
    assert "Accuracy: not measured; there were no labelled rows" in page.text


def test_several_devices_stand_side_by_side():
    page, plots, _ = page_of([*full(), *full("phone", PHONE, 2.0)])
    assert page.tags.count("section") == 2
    assert len(plots) == 14
    assert "By device" in page.text
    assert "On phone, ship model.static.tflite" in page.text


def test_failures_and_doubts_are_told():
    busy = msgspec.structs.replace(state(), load=3.5)
    records = [
        latency(mode="fp32", before=busy),
        latency(mode="fp32", repeat=2, model=(2.0, 2.0)),
        failure(reason="nearest 0.5, allowed 0.03"),
    ]
    page, _, _ = page_of(records, notes=["results.jsonl: line 9 is cut off"])
    for part in (
        "litert static: failed its self-test on the device: nearest 0.5, allowed 0.03",
        "a load of 3.5 on 4 usable cores",
        "Repeats differ by up to 74% (litert fp32, 16 tokens, 1 thread)",
        "results.jsonl: line 9 is cut off",
    ):
        assert part in page.text


def test_heat_and_throttling_are_told():
    before, after = (
        state(1, cpu=50.0),
        msgspec.structs.replace(state(2, cpu=75.0), megahertz=(600,)),
    )
    page, _, _ = page_of([latency(before=before, after=after)])
    assert "The device became 25 degrees hotter within one repeat (cpu)." in page.text
    assert "clock was 75% lower" in page.text


def test_throttling_vain_waiting_and_energy_are_told():
    before = msgspec.structs.replace(state(1), joules={"package": 100.0})
    after = msgspec.structs.replace(
        state(2), joules={"package": 130.5}, throttling=("throttled", "under-voltage")
    )
    record = msgspec.structs.replace(
        latency(before=before, after=after), waited=Waited(600.0, too_hot=True)
    )
    page, _, _ = page_of([record])
    for part in (
        "The device says that it was held back: throttled, under-voltage.",
        "Repeats that began hotter than --max-temp allows: 1; up to 600 s of waiting",
        "package 30.5 J",
    ):
        assert part in page.text


def test_the_page_loads_nothing(pi):
    page, _, text = pi
    assert set(page.tags) <= set(TAGS.split())
    for name in ("src", "href", "action", "data", "srcset"):
        assert page.values(name) == []
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in page.values("content")[0]
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]


def hostile(text):
    cpu = msgspec.structs.replace(PI.cpu, model=text, board=text, features={text: True})
    machine = msgspec.structs.replace(PI, cpu=cpu, system=text, python=text)
    known = msgspec.structs.replace(
        facts(value=0.95), model=text, task=text, path=text, agreement=None
    )
    known = msgspec.structs.replace(
        known, accuracy=msgspec.structs.replace(known.accuracy, data=text)
    )
    origin = {
        "machine": machine,
        "target": text,
        "bundle": text,
        "run": text,
        "edgebert": text,
        "engine_version": text,
    }
    strange = msgspec.structs.replace(state(1, **{text: 40.0}), governors=(text,))
    return [
        latency(known=known, before=strange, text=text, **origin),
        latency(engine=text, mode="fp32", before=strange, text=text, **origin),
        memory(**origin),
        failure(mode="dynamic", reason=text, **origin),
    ]


def test_texts_of_records_are_never_markup():
    page, plots, text = page_of(hostile(HOSTILE))
    assert set(page.tags) <= set(TAGS.split())
    assert "<script" not in text
    assert "<img" not in text
    assert "\u202e" not in text
    assert len(plots) == text.count('role="img"') > 2


@settings(deadline=None, max_examples=40)
@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_any_text_leaves_the_page_whole(text):
    page, plots, _ = page_of(hostile(text))
    assert set(page.tags) <= set(TAGS.split())
    assert plots


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_have_the_contrast_that_wcag_asks_for(colours):
    for ground in ("page", "panel"):
        for text in ("text", "quiet"):
            assert contrast(colours[text], colours[ground]) >= 4.5
    for mark in ("fp32", "dynamic", "static", "line1", "line2", "line3", "line4"):
        assert contrast(colours[mark], colours["page"]) >= 3


def test_both_schemes_have_every_colour(pi):
    assert LIGHT.keys() == DARK.keys()
    used = set(re.findall(r"var\(--(\w+)\)", pi[2]))
    assert used == set(LIGHT)
