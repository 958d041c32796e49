"""Generate the golden vectors tasks.json: requests, made-up outputs, and edgebert's answers.

The tasks themselves are held to transformers' pipelines by tests/tasks. Running the script twice
writes the same bytes.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from golden_file import write_golden
from numpy.typing import NDArray
from task_cases import VOCABULARY, Case, outputs_of, request_of, runs_of, task_of

from edgebert.errors import EdgebertError
from edgebert.text import Encoding

HERE = Path(__file__).parent
TAGS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "E-ORG", "MISC", "B-O"]
SLOT_TAGS = ["O", "B-date", "I-date", "B-place", "I-place"]
INTENTS = ["lights", "music", "alarm", "weather", "other", "none", "help"]
TEXTS = [
    "Turn on the kitchen light.",
    "What's the weather in Paris tomorrow?",
    "Set an alarm for 7, please: playing fastest 😀 music",
    "Café naïve straße e\u0301\u0327 北京 한국어",
    "",
    " \u200b ",
    "play music " * 20,
]
QUESTION = "Where is the kitchen light?"
CONTEXTS = [
    "The light is in the kitchen of the small cafe in Paris.",
    "Playing the fastest music 😀 in Café Zürich, is it uber naïve? 北京 " * 5,
    "",
    "turn " + "a " * 30 + "light",
    "unable smallness playing fastest played " * 4,
]

MASKED = [
    "the [MASK] light",
    "😀\u3000[MASK][MASK]!",
    "turn \t\u001f\u0085[MASK] light",
    "[MASK] " + "play " * 20,
]
CHOICES = ["It is on.", "", "Nobody knows 😀, playing fastest.", "It is on."]


def values(output: NDArray[np.float64]) -> Case:
    """An output as the file holds it, with few digits."""
    return {"shape": list(output.shape), "values": [round(v, 2) for v in output.ravel().tolist()]}


def labelled_texts() -> Iterator[Case]:
    """Labels of texts and pairs; more labels than are answered, and one alone."""
    for text in TEXTS:
        yield {"labels": INTENTS, "text": text}
        yield {"labels": INTENTS, "text": text, "pair": "no, play it on the phone", "top_k": 2}
    yield {"labels": INTENTS, "text": TEXTS[0], "top_k": 100}
    yield {"labels": ["quality"], "text": TEXTS[0]}


def tagged_texts() -> Iterator[Case]:
    """Entities, of any label in any order."""
    for text in TEXTS:
        yield {"labels": TAGS, "text": text}
    yield {"labels": TAGS, "text": TEXTS[0], "pair": "no"}


def questions() -> Iterator[Case]:
    """Contexts in one window and in several, and a question that has to be cut."""
    for context in CONTEXTS:
        yield {"text": QUESTION, "pair": context}
    yield {"text": QUESTION * 10, "pair": CONTEXTS[0]}
    yield {"text": "", "pair": CONTEXTS[1]}
    yield {"text": QUESTION}


def embedded_texts() -> Iterator[Case]:
    """One vector a text, scaled or not, and one a token."""
    for text in TEXTS[:3]:
        yield {"text": text, "pooling": "mean", "normalize": True}
        yield {"text": text, "pooling": "cls", "normalize": False}
        yield {"text": text, "pooling": "none", "normalize": False}
    yield {"text": TEXTS[0], "pair": "no", "pooling": "mean", "normalize": True}


def commands() -> Iterator[Case]:
    """Intents and slots; fewer intents than are answered by default, and more."""
    for text in TEXTS:
        yield {"labels": INTENTS, "slot_labels": SLOT_TAGS, "text": text}
    yield {"labels": INTENTS, "slot_labels": SLOT_TAGS, "text": TEXTS[1], "top_k": 1}
    yield {"labels": INTENTS[:2], "slot_labels": ["O"], "text": TEXTS[0]}
    yield {"labels": INTENTS, "slot_labels": SLOT_TAGS, "text": TEXTS[0], "pair": "no"}


def masked_texts() -> Iterator[Case]:
    """Masks alone and several, after a word and within one, cut off, and none at all."""
    yield {"text": MASKED[0]}
    for text in MASKED[1:]:
        yield {"text": text, "top_k": 3, "max_length": 4 if len(text) > 100 else 9}
    yield {"text": "play " * 30 + "[MASK]"}
    yield {"text": ""}
    yield {"text": "[mask] light"}
    yield {"text": "play music"}
    yield {"text": MASKED[0], "pair": "no", "top_k": 3}
    yield {"text": MASKED[0], "choices": ["no", "yes"], "top_k": 3}


def choosable_texts() -> Iterator[Case]:
    """Prompts with their choices, some of them too long, and too few choices."""
    for text in TEXTS:
        yield {"text": text, "choices": CHOICES}
    yield {"text": TEXTS[0], "choices": CHOICES, "top_k": 2}
    yield {"text": TEXTS[0], "choices": CHOICES[:1]}
    yield {"text": TEXTS[0]}
    yield {"text": TEXTS[0], "pair": "no", "choices": CHOICES}


def multi_labelled_texts() -> Iterator[Case]:
    """Any number of labels a text, by a low threshold and a high one; the best few; one label."""
    yield {"labels": INTENTS, "label_threshold": 0.5, "text": "play"}
    yield {"labels": INTENTS, "label_threshold": 0.999, "text": "play", "pair": "no"}
    yield {"labels": INTENTS, "label_threshold": 0.9, "text": "", "top_k": 100}
    yield {"labels": ["spam"], "label_threshold": 0.01, "text": ""}


REQUESTS = {
    "text-classification": labelled_texts,
    "token-classification": tagged_texts,
    "question-answering": questions,
    "feature-extraction": embedded_texts,
    "intent-and-slots": commands,
    "fill-mask": masked_texts,
    "multiple-choice": choosable_texts,
}


def made_up(case: Case, encoding: Encoding, rng: np.random.Generator) -> dict[str, Case]:
    """Outputs such as a model of the case's task might give for one run."""
    tokens, labels = len(encoding), len(case.get("labels", []))
    if case["task"] == "text-classification":
        return {"logits": values(rng.normal(size=labels) * 3)}
    if case["task"] == "token-classification":
        return {"logits": values(rng.normal(size=(tokens, labels)) * 3)}
    if case["task"] == "question-answering":
        names = ("start_logits", "end_logits")
        return {name: values(rng.normal(size=tokens) * 3) for name in names}
    if case["task"] == "intent-and-slots":
        return {
            "intent_logits": values(rng.normal(size=labels) * 3),
            "slot_logits": values(rng.normal(size=(tokens, len(case["slot_labels"]))) * 3),
        }
    if case["task"] == "fill-mask":
        # Whole numbers: a short file, and candidates that are equally likely.
        logits = np.rint(rng.normal(size=(tokens, len(VOCABULARY))) * 3).astype(np.int64)
        return {"logits": {"shape": list(logits.shape), "values": logits.ravel().tolist()}}
    if case["task"] == "multiple-choice":
        return {"logits": values(rng.normal(size=1) * 3)}
    shape = 8 if case["pooling"] != "none" else (tokens, 3)
    return {"output": values(rng.normal(size=shape))}


def answered(case: Case, rng: np.random.Generator) -> Case:
    """Add to a request the runs, their outputs and the answer, or that it is an error."""
    task, request = task_of(case), request_of(case)
    try:
        encoded = task.encode(request)
    except EdgebertError:
        return case | {"error": True}
    runs: list[dict[str, Any]] = [
        run | {"outputs": made_up(case, encoding, rng)}
        for run, encoding in zip(runs_of(encoded), encoded.encodings, strict=True)
    ]
    case = case | {"runs": runs}
    return case | {"answer": task.decode(encoded, outputs_of(case)).to_json()}


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=HERE, help="folder; default: %(default)s")
    folder: Path = parser.parse_args().output
    rng = np.random.default_rng(0)
    cases = [
        answered({"task": task, "max_length": 24, **request}, rng)
        for task, requests in [*REQUESTS.items(), ("text-classification", multi_labelled_texts)]
        for request in requests()
    ]
    write_golden(folder / "tasks.json", {"format": 1}, {"cases": cases})


if __name__ == "__main__":
    main()
