"""The output heads of the deployment graph, one class a kind of answer."""

from typing import Any

import torch
from torch import Tensor, nn

from edgebert.exporter.graph.layers import clone_activation, clone_layer_norm
from edgebert.exporter.graph.linears import make_linear


def copy_linear(source: nn.Linear) -> nn.Linear:
    """Copy a Linear of transformers' module."""
    return make_linear(source.weight, source.bias)


class Head(nn.Module):
    """Maps the encoder's output to named outputs, all with a leading batch axis of one.

    Attributes:
        output_names: the outputs in order.
        pooled: whether the outputs are of the whole text; else their second axis is the tokens.
    """

    output_names: tuple[str, ...]
    pooled: bool = False

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """Map float32 [tokens, channels] and validity float32 [1, tokens] to the outputs."""
        raise NotImplementedError


class TokenStates(Head):
    """The last hidden states as they are: ``last_hidden_state`` [1, tokens, channels]."""

    output_names = ("last_hidden_state",)

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        return (x.unsqueeze(0),)


class MeanPooling(Head):
    """The mean over valid tokens, as sentence-transformers has it: [1, channels]."""

    output_names = ("sentence_embedding",)
    pooled = True

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        return (torch.matmul(valid, x) / valid.sum(dim=1, keepdim=True),)


class FirstToken(Head):
    """The hidden state of [CLS]: ``sentence_embedding`` [1, channels]."""

    output_names = ("sentence_embedding",)
    pooled = True

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        return (x[:1],)


class Pooler(Head):
    """BERT's pooler, tanh of a Linear on [CLS]: ``pooler_output`` [1, channels]."""

    output_names = ("pooler_output",)
    pooled = True

    def __init__(self, pooler: Any) -> None:
        super().__init__()
        self.dense = copy_linear(pooler.dense)

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        return (torch.tanh(self.dense(x[:1])),)


class SequenceClassifier(Head):
    """Pooler and classifier: ``logits`` [1, labels] (multiple choice: one label a choice)."""

    output_names = ("logits",)
    pooled = True

    def __init__(self, pooler: Any, classifier: nn.Linear) -> None:
        super().__init__()
        self.dense = copy_linear(pooler.dense)
        self.classifier = copy_linear(classifier)

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        return (self.classifier(torch.tanh(self.dense(x[:1]))),)


class TokenClassifier(Head):
    """A label a token: ``logits`` [1, tokens, labels]."""

    output_names = ("logits",)

    def __init__(self, classifier: nn.Linear) -> None:
        super().__init__()
        self.classifier = copy_linear(classifier)

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        return (self.classifier(x).unsqueeze(0),)


class SpanClassifier(Head):
    """Extractive QA: ``start_logits`` and ``end_logits``, each [1, tokens]."""

    output_names = ("start_logits", "end_logits")

    def __init__(self, classifier: nn.Linear) -> None:
        super().__init__()
        self.classifier = copy_linear(classifier)

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        logits = self.classifier(x)
        return logits[:, 0].unsqueeze(0), logits[:, 1].unsqueeze(0)


class MaskedLanguageModel(Head):
    """A score for every word of the vocabulary: ``logits`` [1, tokens, vocabulary]."""

    output_names = ("logits",)

    def __init__(self, predictions: Any) -> None:
        super().__init__()
        self.dense = copy_linear(predictions.transform.dense)
        self.activation = clone_activation(predictions.transform.transform_act_fn)
        self.norm = clone_layer_norm(predictions.transform.LayerNorm)
        self.decoder = copy_linear(predictions.decoder)

    def forward(self, x: Tensor, valid: Tensor) -> tuple[Tensor, ...]:
        """See Head."""
        return (self.decoder(self.norm(self.activation(self.dense(x)))).unsqueeze(0),)
