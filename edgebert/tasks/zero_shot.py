"""Zero-shot classification: which labels fit a text, asked of a model that knows what follows.

A model of natural language inference says of two texts whether the second follows from the first.
Each label becomes a second text, the hypothesis (Yin, Hay and Roth 2019, "Benchmarking Zero-shot
Text Classification"); scores are those of transformers' pipeline zero-shot-classification.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from msgspec import UNSET

from edgebert.bundle.manifest import TEXT_CLASSIFICATION, Manifest
from edgebert.errors import EdgebertError
from edgebert.tasks.request import Request
from edgebert.tasks.scores import check_label_count, rank_labels, softmax
from edgebert.tasks.task import EncodedRequest, Outputs, Task
from edgebert.tasks.text_classification import TextLabels
from edgebert.tasks.truncation import encode_truncated
from edgebert.text import WordPieceTokenizer

DEFAULT_HYPOTHESIS = "This example is {}."


@dataclass(frozen=True)
class ZeroShotClassification(Task):
    """Pairs a text with a hypothesis for each label, one run of the model a label.

    Attributes:
        candidates: the labels to choose from.
        hypothesis: the second text, with {} where the label goes.
        multi_label: whether each label is judged on its own, so that several may fit.
        entailment: the id of the model's label for a second text that follows from the first.
        contradiction: that of the label which a single judgement weighs against it.
        model_labels: the model's own labels in id order.

    """

    name = "zero-shot-classification"

    candidates: tuple[str, ...]
    hypothesis: str
    multi_label: bool
    entailment: int
    contradiction: int
    model_labels: tuple[str, ...]

    def encode(self, request: Request) -> EncodedRequest:
        """See Task; where a pair is too long, its text is cut and never the hypothesis.

        Raises:
            EdgebertError: the request has a second text or choices, or a hypothesis leaves no room
                for a text.

        """
        self.check(request)
        encodings, cut = zip(
            *(
                encode_truncated(
                    self.tokenizer,
                    request.text,
                    self.hypothesis.replace("{}", label),
                    self.max_length,
                    truncation="only_first",
                )
                for label in self.candidates
            ),
            strict=True,
        )
        return EncodedRequest(request, encodings, any(cut))

    def decode(self, encoded: EncodedRequest, outputs: Sequence[Outputs]) -> TextLabels:
        """See Task; all labels, best first, or with a `top_k` so many.

        One label of several: the softmax over the labels of the entailment's logits. Each on its
        own: the entailment's probability where there is only the contradiction beside it; so too
        where there is a single label.
        """
        logits = np.stack([output["logits"] for output in outputs])
        check_label_count(self.model_labels, logits)
        if self.multi_label or len(self.candidates) == 1:
            scores = softmax(logits[:, [self.contradiction, self.entailment]])[:, 1]
        else:
            scores = softmax(logits[:, self.entailment])
        count = encoded.request.top_k or len(self.candidates)
        return TextLabels(
            truncated=encoded.truncated, labels=rank_labels(self.candidates, scores, count)
        )


def zero_shot_task(
    manifest: Manifest,
    tokenizer: WordPieceTokenizer,
    candidates: Sequence[str],
    *,
    hypothesis: str = DEFAULT_HYPOTHESIS,
    multi_label: bool = False,
) -> ZeroShotClassification:
    """Build the task for a bundle and labels; the last three arguments are the task's.

    The entailment is the first of the model's labels whose name begins with "entail", in any case.
    Weighed against it is the first label, or the last where the first is the entailment itself, as
    in transformers.

    Raises:
        EdgebertError: the bundle does not tell what follows from what, there is no label, or one
            is there twice, or the hypothesis does not say where the label goes.

    """
    labels = manifest.labels
    entailments = [id for id, name in enumerate(labels) if name.lower().startswith("entail")]
    is_classifier = manifest.task == TEXT_CLASSIFICATION and manifest.label_threshold is UNSET
    if not is_classifier or not entailments or len(labels) < 2:
        found = f"{manifest.task} with {', '.join(labels[:5]) or 'no labels'}"
        raise EdgebertError(
            f"zero-shot: the bundle is for {found}; expected a text classifier of pairs with one "
            "of two or more labels named entailment, as models of natural language inference have"
        )
    if not candidates or any(not label.strip() for label in candidates):
        raise EdgebertError("labels: found an empty one or none, expected names to choose from")
    if len(set(candidates)) < len(candidates):
        raise EdgebertError(f"labels: found one twice in {', '.join(candidates)}, expected it once")
    if hypothesis.count("{}") != 1:
        raise EdgebertError(
            f"hypothesis: found {hypothesis!r}, expected a text with one {{}} where the label "
            f"goes, such as {DEFAULT_HYPOTHESIS!r}"
        )
    entailment = entailments[0]
    return ZeroShotClassification(
        tokenizer,
        max(manifest.buckets),
        tuple(candidates),
        hypothesis,
        multi_label,
        entailment,
        len(labels) - 1 if entailment == 0 else 0,
        labels,
    )
