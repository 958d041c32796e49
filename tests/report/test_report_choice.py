"""Which artifact is to be shipped, and what is said where none can be named."""

import pytest
from made_records import facts, failure, full, latency

from edgebert.exporter.gate import MAX_DISAGREEMENT, MAX_DROP
from edgebert.report import make_report
from edgebert.report.choice import AGREEMENT_POINTS, GATE_POINTS
from edgebert.report.wording import sentence_of

FAST, SLOW = (1.0, 1.01, 1.02, 1.03), (2.0, 2.01, 2.02, 2.03)


def choose(records, points=None):
    (section,) = make_report(records, points=points).sections
    return section, sentence_of(section)


def test_the_gate_is_that_of_an_export():
    assert (GATE_POINTS, AGREEMENT_POINTS) == (MAX_DROP, MAX_DISAGREEMENT)


def test_the_fastest_within_the_gate():
    section, sentence = choose(full())
    chosen = section.choice.chosen
    assert (chosen.engine, chosen.mode, chosen.threads) == ("litert", "static", 2)
    assert section.choice.candidates == 18
    assert sentence.startswith("On pi, ship model.static.tflite: litert 1.0 with 2 threads is the ")
    assert "(0.30 of fp32's time)" in sentence
    assert sentence.endswith("24.0 MB; accuracy 94.40 %, 0.60 points below fp32.")


def test_what_loses_too_much_is_out():
    section, sentence = choose(full(), points=0.5)
    assert section.choice.chosen.mode == "dynamic"
    assert set(section.choice.excluded) == {
        "litert static",
        "onnxruntime static",
        "executorch static",
    }
    assert (
        "loses 0.60 points of accuracy, more than 0.5" in section.choice.excluded["litert static"]
    )
    section, sentence = choose(full(), points=0.0)
    assert section.choice.chosen.mode == "fp32"
    assert "it is fp32" in sentence


def test_agreement_counts_where_accuracy_was_not_measured():
    records = [
        latency(model=FAST, known=facts(agreement=0.89)),
        latency(mode="dynamic", model=SLOW, known=facts(mode="dynamic", agreement=0.91)),
    ]
    section, sentence = choose(records)
    assert section.choice.chosen.mode == "dynamic"
    assert "agreement with fp32 0.9100" in sentence


def test_a_wrong_answer_is_never_chosen_nor_shown():
    records = [
        latency(model=FAST, known=facts(value=0.95)),
        latency(mode="dynamic", model=SLOW, known=facts(mode="dynamic", value=0.95)),
        failure(reason="nearest 0.5, allowed 0.03"),
    ]
    section, _ = choose(records)
    assert section.choice.chosen.mode == "dynamic"
    assert [row.result.variant.mode for row in section.rows] == ["dynamic"]
    assert "nearest 0.5" in section.choice.excluded["litert static"]


def test_ties_go_to_the_smaller_file_then_to_fewer_threads():
    same = (1.0, 1.1, 1.2, 1.3)
    records = [
        latency(model=same, threads=2, known=facts(value=0.95, size=9)),
        latency(model=same, threads=1, known=facts(value=0.95, size=9)),
        latency(mode="dynamic", model=same, known=facts(mode="dynamic", value=0.95, size=10)),
    ]
    for order in (records, records[::-1]):
        section, sentence = choose(order)
        chosen = section.choice.chosen
        assert (chosen.mode, chosen.threads) == ("static", 1)
        assert len(section.choice.tied) == 2
        assert "is as fast as litert static (2 threads), litert dynamic (1 thread)" in sentence


def test_no_tie_where_an_interval_is_apart_at_one_length():
    small, large = facts(value=0.95, size=9), facts(mode="dynamic", value=0.95, size=10)
    records = [
        latency(model=FAST, known=small),
        latency(model=SLOW, bucket=128, known=small),
        latency(mode="dynamic", model=FAST, known=large),
        latency(mode="dynamic", model=FAST, bucket=128, known=large),
    ]
    assert choose(records)[0].choice.chosen.mode == "dynamic"


def test_what_was_not_measured_at_every_length_is_out():
    known = facts(value=0.95)
    records = [
        latency(model=FAST, known=known),
        latency(model=SLOW, threads=2, known=known),
        latency(model=SLOW, threads=2, bucket=128, known=known),
    ]
    section, _ = choose(records)
    assert section.choice.chosen.threads == 2
    assert section.choice.excluded == {
        "litert static, 1 thread": "was not measured at every length"
    }


@pytest.mark.parametrize("known", [None, facts(agreement=None)])
def test_nothing_is_recommended_for_want_of_a_figure(known):
    fp32 = latency(mode="fp32", known=facts(mode="fp32", agreement=None))
    section, sentence = choose([latency(model=FAST, known=known), fp32])
    assert section.choice.chosen is None
    assert sentence == (
        "On pi nothing can be recommended: litert static: nothing says what it loses against fp32."
    )


def test_only_failures():
    section, sentence = choose([failure(reason="cannot be opened")])
    assert section.rows == ()
    assert "nothing can be recommended" in sentence
    assert "cannot be opened" in sentence


def test_figures_of_a_bundle_go_before_those_in_records():
    known = {"ab" * 32: {("litert", "static"): facts(value=0.95)}}
    records = [latency(known=facts(value=0.5))]
    (section,) = make_report(records, known=known).sections
    assert section.choice.chosen.loss.value == 0.95
