"""The figures of a comparison against the same figures computed in one go."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from edgebert.bundle.manifest import INTENT_AND_SLOTS, TASK_OUTPUTS
from edgebert.exporter.fidelity import Comparison

NUMBERS = st.floats(-100, 100, width=32).filter(lambda value: value == 0 or abs(value) > 1e-3)


@st.composite
def answers(draw, choices=None):
    """A few texts of one to four tokens, each with what was expected and what came."""
    choices = choices or draw(st.integers(2, 5))
    texts = []
    for _ in range(draw(st.integers(1, 5))):
        shape = (1, draw(st.integers(1, 4)), choices)
        expected = draw(arrays(np.float32, shape, elements=NUMBERS))
        got = draw(arrays(np.float32, shape, elements=NUMBERS))
        expected[0, 0, 0] = got[0, 0, 0] = 1.0  # a text of zeros has no direction
        texts.append((expected, got))
    return texts


def compared(texts, name="last_hidden_state") -> Comparison:
    comparison = Comparison()
    for expected, got in texts:
        comparison.update({name: expected}, {name: got})
    return comparison


def norm(array) -> float:
    return float(np.linalg.norm(array.astype(np.float64).ravel()))


def cosine(one, other) -> float:
    one, other = one.astype(np.float64).ravel(), other.astype(np.float64).ravel()
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@given(answers())
def test_errors_are_those_over_all_texts(texts):
    comparison = compared(texts)
    differences = [got.astype(np.float64) - expected for expected, got in texts]
    assert comparison.texts == len(texts)
    assert comparison.max_abs == pytest.approx(max(np.abs(d).max() for d in differences))
    assert max(comparison.deviations) == pytest.approx(
        max(norm(d) / norm(expected) for d, (expected, _) in zip(differences, texts, strict=True))
    )
    noise = sum(norm(d) ** 2 for d in differences)
    signal = sum(norm(expected) ** 2 for expected, _ in texts)
    expected_snr = 10 * np.log10(signal / noise) if noise else 200.0
    assert comparison.snr_db == pytest.approx(expected_snr, abs=1e-3)


@given(answers())
def test_states_agree_by_their_cosine(texts):
    comparison = compared(texts)
    cosines = [cosine(got, expected) for expected, got in texts]
    assert comparison.agreement == pytest.approx(np.mean(cosines), abs=1e-6)
    assert comparison.worst_cosine == pytest.approx(min(*cosines, 1.0), abs=1e-6)


@given(answers())
def test_logits_agree_by_their_first_choices(texts):
    comparison = compared(texts, "logits")
    equal = [(e.argmax(axis=-1) == g.argmax(axis=-1)).ravel() for e, g in texts]
    assert comparison.agreement == pytest.approx(np.concatenate(equal).mean())


@given(answers())
def test_a_model_agrees_with_itself(texts):
    for name in ("logits", "last_hidden_state"):
        comparison = compared([(expected, expected) for expected, _ in texts], name)
        assert comparison.agreement == pytest.approx(1, abs=1e-9)
        assert (comparison.max_abs, *set(comparison.deviations), comparison.snr_db) == (0, 0, 200)


def test_single_scores_agree_by_their_correlation_over_the_texts():
    expected = [0.1, 0.5, -0.3, 0.9]
    got = [0.2, 0.45, 0.1, 0.7]
    texts = [
        (np.float32([[one]]), np.float32([[other]]))
        for one, other in zip(expected, got, strict=True)
    ]
    assert compared(texts, "logits").agreement == pytest.approx(np.corrcoef(expected, got)[0, 1])
    # The order of the scores is what they are for: a constant beside them changes nothing.
    shifted = [(one, other + 3) for one, other in texts]
    assert compared(shifted, "logits").agreement == pytest.approx(
        np.corrcoef(expected, got)[0, 1], abs=1e-5
    )


def test_several_outputs_count_as_one_answer():
    comparison = Comparison()
    expected = {"start_logits": np.float32([[3, 1]]), "end_logits": np.float32([[0, 4]])}
    comparison.update(expected, expected | {"end_logits": np.float32([[4, 0]])})
    assert comparison.agreement == 0.5
    assert comparison.deviation == pytest.approx((32 / 26) ** 0.5)


def test_a_short_output_is_not_lost_beside_a_long_one():
    comparison = Comparison()
    expected = {"intent_logits": np.float32([[3, 4]]), "slot_logits": np.full((1, 50, 9), 2.0)}
    for difference in (1.0, 3.0):
        got = np.float32([[3, 4 + difference]])
        comparison.update(expected, expected | {"intent_logits": got})
    assert comparison.deviations == pytest.approx([1 / 5, 0, 3 / 5, 0])
    assert comparison.output_deviations == pytest.approx(
        {"intent_logits": (10 / 50) ** 0.5, "slot_logits": 0}
    )
    assert comparison.deviation < 0.1


@given(answers(choices=3), st.data())
def test_the_choices_of_a_frame_are_the_same_only_together(texts, data):
    comparison, same = Comparison(frame=TASK_OUTPUTS[INTENT_AND_SLOTS]), []
    for expected, got in texts:
        intent = np.float32([[1, 0]])
        other = data.draw(st.sampled_from([intent, intent[:, ::-1]]))
        comparison.update(
            {"intent_logits": intent, "slot_logits": expected},
            {"intent_logits": other, "slot_logits": got},
        )
        tags = (expected.argmax(axis=-1) == got.argmax(axis=-1))[0]
        same.append(bool(tags[1:-1].all()) and other is intent)  # between [CLS] and [SEP]
    assert comparison.agreement == pytest.approx(np.mean(same))


def test_an_answer_that_is_no_number_is_no_answer():
    comparison = Comparison()
    comparison.update({"logits": np.float32([[1, 2]])}, {"logits": np.float32([[np.nan, 2]])})
    assert not np.isfinite(comparison.max_abs)


def test_several_labels_agree_where_all_of_them_are_chosen_alike():
    least = 0.5
    comparison = Comparison(least_logit=least)
    for expected, got in (
        ([2.0, -1.0, 0.6], [0.7, 0.4, 3.0]),  # the first choice is another, the labels are the same
        ([2.0, -1.0, 0.6], [2.0, -1.0, 0.4]),  # the first choice is the same, a label is missing
        ([0.0, 0.0, 0.0], [0.4, -9.0, 0.1]),  # none
        ([0.5, 0.0, 0.0], [0.5, 0.0, 0.0]),
    ):
        one, other = (np.array([values], np.float32) for values in (expected, got))
        comparison.update({"logits": one}, {"logits": other})
    assert comparison.agreement == 3 / 4
