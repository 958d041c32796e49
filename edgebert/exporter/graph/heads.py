"""The output heads of the deployment graph, one class a kind of answer."""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from edgebert.bundle.manifest import (
    FILL_MASK,
    INTENT_AND_SLOTS,
    QUESTION_ANSWERING,
    TASK_OUTPUTS,
    TEXT_CLASSIFICATION,
    TOKEN_CLASSIFICATION,
    Output,
)
from edgebert.exporter.graph.layers import clone_activation, clone_layer_norm
from edgebert.exporter.graph.linears import make_linear


def copy_linear(source: nn.Linear) -> nn.Linear:
    """Copy a Linear of transformers' module."""
    return make_linear(source.weight, source.bias)


def mean_token(x: Tensor, valid: Tensor) -> Tensor:
    """Return the mean over valid tokens, float32 [1, channels]; the arguments are a head's."""
    return torch.matmul(valid, x) / valid.sum(dim=1, keepdim=True)


class Head(nn.Module):
    """Maps the encoder's output to named outputs, all with a leading batch axis of one.

    Attributes:
        outputs: the outputs in order, each of the whole text or with the tokens as its second axis.
        frame: outputs whose choices make one answer, which is another answer where one of them
            differs; without any, each choice counts alone.
        first_token_only: whether it reads the state of [CLS] alone, and so is given no other.
        classifiers: by output, the name of the linear that scores labels; of outputs that do.
    """

    outputs: tuple[Output, ...]
    frame: tuple[Output, ...] = ()
    first_token_only: ClassVar[bool] = False
    classifiers: ClassVar[Mapping[str, str]] = {}

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """Map states and validity float32 [1, tokens] to the outputs.

        Args:
            x: float32 [tokens, channels], or [1, channels] with `first_token_only`.
            valid: 1 for tokens, 0 for padding.
        """
        raise NotImplementedError

    def divide_logits(self, output: str, temperature: float) -> None:
        """Divide an output's logits by a temperature, once and for all: the weights that score."""
        linear = self.get_submodule(self.classifiers[output])
        for parameter in linear.parameters():
            parameter.data /= temperature


class TokenStates(Head):
    """The last hidden states as they are: ``last_hidden_state`` [1, tokens, channels]."""

    outputs = (Output("last_hidden_state", per_token=True),)

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        return (x.unsqueeze(0),)


class MeanPooling(Head):
    """The mean over valid tokens, as sentence-transformers has it: [1, channels]."""

    outputs = (Output("sentence_embedding", per_token=False),)

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        return (mean_token(x, valid),)


class FirstToken(Head):
    """The hidden state of [CLS]: ``sentence_embedding`` [1, channels]."""

    outputs = (Output("sentence_embedding", per_token=False),)
    first_token_only = True

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        return (x,)


class Pooler(Head):
    """BERT's pooler, tanh of a Linear on [CLS]: ``pooler_output`` [1, channels]."""

    outputs = (Output("pooler_output", per_token=False),)
    first_token_only = True

    def __init__(self, pooler: Any) -> None:
        super().__init__()
        self.dense = copy_linear(pooler.dense)

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        return (torch.tanh(self.dense(x)),)


class SequenceClassifier(Head):
    """Pooler and classifier: ``logits`` [1, labels] (multiple choice: one label a choice)."""

    outputs = TASK_OUTPUTS[TEXT_CLASSIFICATION]
    first_token_only = True
    classifiers: ClassVar[Mapping[str, str]] = {"logits": "classifier"}

    def __init__(self, pooler: Any, classifier: nn.Linear) -> None:
        super().__init__()
        self.dense = copy_linear(pooler.dense)
        self.classifier = copy_linear(classifier)

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        return (self.classifier(torch.tanh(self.dense(x))),)


class TokenClassifier(Head):
    """A label a token: ``logits`` [1, tokens, labels]."""

    outputs = TASK_OUTPUTS[TOKEN_CLASSIFICATION]
    classifiers: ClassVar[Mapping[str, str]] = {"logits": "classifier"}

    def __init__(self, classifier: nn.Linear) -> None:
        super().__init__()
        self.classifier = copy_linear(classifier)

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        return (self.classifier(x).unsqueeze(0),)


class SpanClassifier(Head):
    """Extractive QA: ``start_logits`` and ``end_logits``, each [1, tokens]."""

    outputs = TASK_OUTPUTS[QUESTION_ANSWERING]

    def __init__(self, classifier: nn.Linear) -> None:
        super().__init__()
        self.classifier = copy_linear(classifier)

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        logits = self.classifier(x)
        return logits[:, 0].unsqueeze(0), logits[:, 1].unsqueeze(0)


class IntentAndSlotClassifier(Head):
    """``intent_logits`` [1, intents] of the mean token, ``slot_logits`` [1, tokens, tags]."""

    outputs = TASK_OUTPUTS[INTENT_AND_SLOTS]
    frame = outputs
    classifiers: ClassVar[Mapping[str, str]] = {
        "intent_logits": "intent_classifier",
        "slot_logits": "slot_classifier",
    }

    def __init__(self, intent_classifier: nn.Linear, slot_classifier: nn.Linear) -> None:
        super().__init__()
        self.intent_classifier = copy_linear(intent_classifier)
        self.slot_classifier = copy_linear(slot_classifier)

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        intents = self.intent_classifier(mean_token(x, valid))
        return intents, self.slot_classifier(x).unsqueeze(0)


class MaskedLanguageModel(Head):
    """A score for every word of the vocabulary: ``logits`` [1, tokens, vocabulary]."""

    outputs = TASK_OUTPUTS[FILL_MASK]

    def __init__(self, predictions: Any) -> None:
        super().__init__()
        self.dense = copy_linear(predictions.transform.dense)
        self.activation = clone_activation(predictions.transform.transform_act_fn)
        self.norm = clone_layer_norm(predictions.transform.LayerNorm)
        self.decoder = copy_linear(predictions.decoder)

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        return (self.decoder(self.norm(self.activation(self.dense(x)))).unsqueeze(0),)
