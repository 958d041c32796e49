"""Markdown and CSV: the same figures, and texts of records that stay texts."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_records import PHONE, facts, full, latency, memory
from markdown_it import MarkdownIt

from edgebert.report import make_report
from edgebert.report.markdown import escape, write_markdown
from edgebert.report.sheet import COLUMNS, FORMULA, write_sheet
from edgebert.report.table import COLUMNS as TABLE_COLUMNS
from edgebert.report.table import CONDITION_COLUMNS

MARKDOWN = MarkdownIt("commonmark").enable("table")


def tokens_of(text):
    return [t for token in MARKDOWN.parse(text) for t in (token, *(token.children or []))]


def rows_of(report):
    return list(csv.DictReader(io.StringIO(write_sheet(report), newline="")))


def test_markdown_holds_every_row_and_the_sentence():
    tokens = tokens_of(write_markdown(make_report(full())))
    text = "\n".join(token.content for token in tokens if token.type == "text")
    assert "On pi, ship model.static.tflite: litert 1.0 with 2 threads" in text
    assert [t.tag for t in tokens if t.type == "heading_open"] == ["h1", "h2"]
    cells = [t for t in tokens if t.type in ("td_open", "th_open")]
    wide, narrow = len(TABLE_COLUMNS), len(CONDITION_COLUMNS)
    assert sum(t.type == "th_open" for t in cells) == wide + narrow
    assert sum(t.type == "td_open" for t in cells) == 36 * wide + 2 * narrow


def test_markdown_of_several_devices_has_an_overview():
    text = write_markdown(make_report([*full(), *full("phone", PHONE)]))
    assert "| section | device | ship | threads |" in text
    assert "| 2 | phone | litert static | 2 |" in text


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=30).filter(lambda text: text.strip()))
def test_any_text_is_text_in_markdown(text):
    tokens = tokens_of(f"| a |\n| --- |\n| x{escape(text)}x |\n")
    kinds = {token.type for token in tokens}
    assert kinds <= {
        *(f"{part}_{side}" for part in ("table", "thead", "tbody", "tr", "th", "td")
          for side in ("open", "close")),
        "inline", "text", "text_special",
    }  # fmt: skip
    assert sum(token.type == "td_open" for token in tokens) == 1


@pytest.mark.parametrize(
    "text",
    ["<script>", "[a](http://b.c)", "![](x)", "a|b", "`x`", "**b**", "_i_", "~~s~~", "&amp;"],
)
def test_markup_in_a_name_is_shown_as_it_is(text):
    found = write_markdown(make_report([latency(target=text)]))
    tokens = tokens_of(found)
    assert not {"html_inline", "html_block", "link_open", "image", "em_open", "code_inline"} & {
        token.type for token in tokens
    }
    inline = next(t for t in tokens if t.type == "inline" and "nothing can be" in t.content)
    assert f"On {text} nothing can be" in "".join(t.content for t in inline.children)


def test_addresses_do_not_become_links_on_their_own():
    assert escape("see http://a.b, www.c.d, e@f.g") == r"see http\://a.b, www\.c.d, e\@f.g"


def test_csv_holds_every_figure_in_full():
    report = make_report(full())
    rows = rows_of(report)
    assert len(rows) == 36
    for row, found in zip(report.sections[0].rows, rows, strict=True):
        assert float(found["median_ms"]) == row.result.model.median
        assert float(found["p95_ms"]) == row.result.model.p95
        assert int(found["file_bytes"]) == row.facts.size
    chosen = {(r["engine"], r["mode"], r["threads"]) for r in rows if r["chosen"] == "yes"}
    assert chosen == {("litert", "static", "2")}


def test_csv_leaves_cells_empty_where_nothing_is_known():
    (row,) = rows_of(make_report([latency(threads=None)]))
    for name in ("threads", "peak_rss_bytes", "of_fp32", "file", "metric", "model"):
        assert row[name] == ""
    assert row["n"] == "4"
    assert list(row) == list(COLUMNS)


@settings(deadline=None)
@given(
    st.sampled_from([*FORMULA, " =", "\n=", ""]),
    st.text(st.characters(codec="utf-8"), max_size=12),
)
def test_no_text_in_csv_is_a_formula(begin, text):
    name = begin + text
    records = [latency(engine=name, target=name, known=facts()), memory(engine=name, target=name)]
    for row in rows_of(make_report(records)):
        for cell in (row["engine"], row["target"]):
            assert not cell.lstrip().startswith(FORMULA)
            assert "\n" not in cell
            assert cell.removeprefix("'")[:1] == "" or cell[0] != "="
