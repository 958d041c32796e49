"""Evaluating taggers, answerers and embeddings, against transformers and the libraries."""

import json
import random

import numpy as np
import pytest
from scipy.stats import spearmanr
from seqeval.metrics import f1_score, precision_score, recall_score
from small_exports import some_texts

import edgebert
from edgebert.errors import EdgebertError
from edgebert.evaluation import DataFields, evaluate
from edgebert.evaluation.measures import measure_for

TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")


@pytest.fixture(scope="module")
def tagged():
    """Rows of words with random tags; some words have several tokens, one has none."""
    draw = random.Random(1)
    rows = []
    for text in some_texts(60, start=300):
        words = [*text.split(), "playing", "\u200b", "is,it", draw.choice(["on", "unspelled"])]
        draw.shuffle(words)
        rows.append({"tokens": words, "tags": [draw.choice(TAGS) for _ in words]})
    return rows


def reference_tags(tagger, words):
    return tagger.word_tags(words, tagger.outputs(" ".join(words)).logits[0], TAGS)


def test_entities_are_scored_as_seqeval_does(reference, tagged, write_jsonl):
    tagger = reference("token-classification")
    found = evaluate(tagger.root, write_jsonl(*tagged))
    assert list(found.results[0].metrics) == ["entity_f1", "precision", "recall", "ece"]
    expected = [row["tags"] for row in tagged]
    predicted = [reference_tags(tagger, row["tokens"]) for row in tagged]
    fp32 = found.results[found.reference]
    assert 0.05 < fp32.metrics["ece"] < 0.9
    assert {k: v for k, v in fp32.metrics.items() if k != "ece"} == pytest.approx(
        {
            "entity_f1": f1_score(expected, predicted),
            "precision": precision_score(expected, predicted),
            "recall": recall_score(expected, predicted),
        }
    )
    assert fp32.metrics["entity_f1"] > 0
    full = [row for row in tagged if len(tagger.encode(" ".join(row["tokens"])).input_ids) == 16]
    assert 0 < fp32.truncated <= len(full) < len(tagged)
    comparison = found.results[0].comparison
    assert comparison.mcnemar is None
    assert 0 <= comparison.agreement <= 1


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"tokens": ["a", "b"], "tags": ["O"]}, "line 1: has 2 tokens and 1 tags"),
        ({"tokens": ["a"], "tags": ["PER"]}, "O, or B- or I- with a kind, found 'PER'"),
        ({"tokens": ["a"], "tags": ["B-"]}, "found 'B-'"),
        ({"tokens": ["a"], "tags": [1]}, "expected an array of strings"),
    ],
)
def test_wrong_tags_are_named(reference, write_jsonl, row, message):
    with pytest.raises(EdgebertError, match=r"^[^\n]*$") as raised:
        evaluate(reference("token-classification").root, write_jsonl(row))
    assert message in str(raised.value)


CONTEXT = "The light is on. Play the weather, what is it in?"


def test_answers_are_scored_as_squad_does(reference, write_jsonl, tmp_path):
    answerer = reference("question-answering")
    pipeline = edgebert.load(answerer.root, mode="fp32", threads=1)
    rows, exact, f1 = [], [], []
    for number, question in enumerate(some_texts(12)):
        answer = pipeline(question=question, context=CONTEXT).text
        # The answer itself in another spelling, half of it, or something else.
        kind = number % 3
        words = answer.split()
        if kind == 0:
            right = f"The {answer.upper()}!"
        elif kind == 1:
            right = " ".join([*words, "zebra"])
        else:
            right = "zebra"
        content = [word for word in words if word.strip(".,?").lower() not in ("", "the")]
        rows.append({"question": question, "context": CONTEXT, "answers": ["giraffe", right]})
        exact.append(float(kind == 0))
        f1.append((1.0, 2 * len(content) / (2 * len(content) + 1), 0.0)[kind])
    found = evaluate(answerer.root, write_jsonl(*rows))
    fp32 = found.results[found.reference]
    assert fp32.metrics == pytest.approx({"f1": np.mean(f1), "exact_match": np.mean(exact)})
    squad = {
        "version": "1.1",
        "data": [
            {
                "title": "t",
                "paragraphs": [
                    {
                        "context": CONTEXT,
                        "qas": [
                            {
                                "id": str(number),
                                "question": row["question"],
                                "answers": [
                                    {"text": text, "answer_start": 0} for text in row["answers"]
                                ],
                            }
                            for number, row in enumerate(rows)
                        ],
                    }
                ],
            }
        ],
    }
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(squad), encoding="utf-8")
    assert evaluate(answerer.root, path).results == found.results


def test_a_question_without_an_answer_is_named(reference, write_jsonl):
    path = write_jsonl({"question": "what?", "context": CONTEXT, "answers": []})
    with pytest.raises(EdgebertError, match="line 1: field 'answers' holds no answer"):
        evaluate(reference("question-answering").root, path)


def test_similarity_is_spearmans(reference, write_jsonl):
    encoder = reference("feature-extraction")
    draw = random.Random(2)
    texts = list(some_texts(60))
    rows = [
        {"text": one, "text_pair": other, "score": draw.randint(0, 5)}
        for one, other in zip(texts[::2], texts[1::2], strict=True)
    ]

    def embedding(text):
        return encoder.outputs(text).last_hidden_state[0].mean(0).numpy()

    cosines = []
    for row in rows:
        one, other = embedding(row["text"]), embedding(row["text_pair"])
        cosines.append(one @ other / np.linalg.norm(one) / np.linalg.norm(other))
    found = evaluate(encoder.root, write_jsonl(*rows))
    expected = spearmanr(cosines, [row["score"] for row in rows]).statistic
    fp32 = found.results[found.reference]
    assert fp32.metrics["spearman"] == pytest.approx(expected, abs=1e-3)
    assert -1 <= found.results[0].comparison.agreement <= 1


@pytest.mark.parametrize("score", ["high", None, True, "nan", "inf"])
def test_a_wrong_similarity_is_named(reference, write_jsonl, score):
    path = write_jsonl({"text": "a", "text_pair": "b", "score": score})
    with pytest.raises(EdgebertError, match=r"line 1: field 'score' is .*, expected a number"):
        evaluate(reference("feature-extraction").root, path)


def test_a_task_without_a_measure_is_refused():
    with pytest.raises(EdgebertError, match="task fill-mask: cannot be evaluated, expected one"):
        measure_for("fill-mask", (), DataFields(), ())
