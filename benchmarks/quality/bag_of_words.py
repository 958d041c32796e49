"""What a bag of words reaches: the baseline beside the trained checkpoints, by scikit-learn.

    python benchmarks/quality/bag_of_words.py data/assistant --out-of-scope "out of scope"

A label is chosen by a linear support vector machine on TF-IDF of words and pairs of words; a tag by
another one on the word, its ending and its neighbours. Nothing is tuned: these are scikit-learn's
defaults. FOLDER holds train.jsonl and test.jsonl as `python -m edgebert.training.datasets` writes
them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC

from edgebert.evaluation.classification import OUT_OF_SCOPE, accuracy, out_of_scope_recall
from edgebert.evaluation.joint import tagged_words
from edgebert.evaluation.rows import Row, read_rows
from edgebert.evaluation.tagging import TaggedWords, entity_counts, entity_f1

_SEED = 0


def label_figures(
    train: Sequence[Row], test: Sequence[Row], out_of_scope: str | None
) -> dict[str, float]:
    """Return accuracy in scope, and the recall of what is out of it, in 0 to 1."""
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\S+"), LinearSVC(random_state=_SEED)
    )
    model.fit([_text(row) for row in train], [row.text("label") for row in train])
    ids: dict[str, int] = {} if out_of_scope is None else {out_of_scope: OUT_OF_SCOPE}
    for row in (*train, *test):
        ids.setdefault(row.text("label"), len(ids))
    columns = {
        "label": np.array([ids[row.text("label")] for row in test]),
        "predicted": np.array([ids[name] for name in model.predict([_text(row) for row in test])]),
    }
    figures = {"accuracy": accuracy(columns)}
    if out_of_scope is not None:
        figures["out_of_scope_recall"] = out_of_scope_recall(columns)
    return figures


def slot_figures(train: Sequence[TaggedWords], test: Sequence[TaggedWords]) -> dict[str, float]:
    """Return the F1 of entities, in 0 to 1."""
    narrow = FunctionTransformer(_narrow)
    model = make_pipeline(DictVectorizer(), narrow, LinearSVC(random_state=_SEED))
    model.fit(
        [features for text in train for features in _word_features(text.words)],
        [tag for text in train for tag in text.tags],
    )
    counts = []
    for text in test:
        predicted = model.predict(list(_word_features(text.words)))
        counts.append(entity_counts(text.tags, predicted.tolist()))
    right, found, expected = np.array(counts).T
    return {"slot_f1": entity_f1({"right": right, "predicted": found, "expected": expected})}


def figures(folder: Path, out_of_scope: str | None) -> dict[str, float]:
    """Train on a folder's train.jsonl and return the figures of its test.jsonl."""
    train, test = (list(read_rows(folder / f"{part}.jsonl")) for part in ("train", "test"))
    found = label_figures(train, test, out_of_scope)
    tagged = [[words for row in rows if (words := tagged_words(row))] for rows in (train, test)]
    return found | (slot_figures(*tagged) if all(tagged) else {})


def _narrow(features: Any) -> Any:
    """Give a sparse matrix 32-bit indices; liblinear takes no others."""
    features.indices = features.indices.astype(np.int32)
    features.indptr = features.indptr.astype(np.int32)
    return features


def _text(row: Row) -> str:
    words = tagged_words(row)
    return " ".join(words.words) if words else row.text("text")


def _word_features(words: Sequence[str]) -> Iterator[dict[str, str | bool]]:
    padded = ("", *(word.lower() for word in words), "")
    for at, word in enumerate(words, start=1):
        yield {
            "word": padded[at],
            "ending": padded[at][-3:],
            "previous": padded[at - 1],
            "next": padded[at + 1],
            "digits": word.isdigit(),
        }


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--out-of-scope", help="the label of rows that belong to none of the others"
    )
    arguments = parser.parse_args()
    print(json.dumps(figures(arguments.folder, arguments.out_of_scope)))


if __name__ == "__main__":
    main()
