"""One encoder layer of the deployment graph: embeddings, attention and feed-forward blocks."""

import copy
from typing import Any

import torch
from torch import Tensor, nn
from transformers.activations import GELUActivation

from edgebert.exporter.graph.linears import GroupedLinear, group_weights, slices


def clone_layer_norm(source: nn.LayerNorm) -> nn.LayerNorm:
    """Copy a LayerNorm (also transformers' [N, C, W] kind) into a plain one over the last axis."""
    norm = nn.LayerNorm(source.normalized_shape, eps=source.eps)
    norm.load_state_dict(source.state_dict())
    return norm.requires_grad_(False)


def clone_activation(source: nn.Module) -> nn.Module:
    """Copy an activation, with its parameters where it has some (prelu, xielu)."""
    # The plain module, which all converters know as one operator.
    if isinstance(source, GELUActivation):
        return nn.GELU()
    return copy.deepcopy(source).requires_grad_(False)


class Embeddings(nn.Module):
    """Word, position and token-type rows, summed and normalised.

    The row of token type 0 is added to the position rows up front; the other types add their
    difference to it, which needs no gather.
    """

    def __init__(self, source: Any, max_length: int, token_types: bool) -> None:
        super().__init__()
        words = source.word_embeddings.weight.detach()
        types = source.token_type_embeddings.weight.detach()
        positions = source.position_embeddings.weight.detach()[:max_length]
        self.words: nn.Module = nn.Embedding(words.shape[0], words.shape[1], _weight=words.clone())
        self.words.requires_grad_(False)
        self.positions = nn.Buffer((positions + types[0]).clone())
        self.type_steps = nn.Buffer((types[1:] - types[0]).clone()) if token_types else None
        self.norm = clone_layer_norm(source.LayerNorm)

    def forward(self, input_ids: Tensor, token_type_ids: Tensor | None) -> Tensor:
        """Map int32 [1, tokens] ids (and types) to float32 [tokens, channels]."""
        # Looked up, not sliced: a slice of a constant is stored once more for every bucket.
        places = torch.arange(input_ids.shape[1], dtype=torch.int32)
        x = self.words(input_ids).squeeze(0) + nn.functional.embedding(places, self.positions)
        if token_type_ids is not None and self.type_steps is not None:
            for number, step in enumerate(self.type_steps, start=1):
                chosen = (token_type_ids.squeeze(0) == number).to(torch.float32)
                x = x + chosen.unsqueeze(-1) * step
        return self.norm(x)  # type: ignore[no-any-return]


class Attention(nn.Module):
    """Multi-head self-attention with Q, K and V of a group in one Linear.

    The factor 1/sqrt(d) of the scores is folded into the weights, one half into Q and one into K,
    so that both keep about the same range: they share the scale of the fused output.
    Fusing needs equal groups for Q, K and V that hold whole heads; otherwise each of the three
    stays a grouped linear of its own.
    """

    def __init__(self, source: Any, post_attention: nn.Conv1d, first_only: bool) -> None:
        """Copy the weights; with `first_only` just the first token asks, all tokens answer."""
        super().__init__()
        self.first_only = first_only
        convolutions = (source.query, source.key, source.value)
        self.heads = source.num_attention_heads
        self.head_width = source.attention_head_size
        fold = self.head_width**-0.25
        parts = [
            [(weight * factor, bias * factor) for weight, bias in group_weights(convolution)]
            for convolution, factor in zip(convolutions, (fold, fold, 1.0), strict=True)
        ]
        groups = {convolution.groups for convolution in convolutions}
        self.fused_groups = groups.pop() if len(groups) == 1 else 0
        if self.fused_groups and self.heads % self.fused_groups == 0:
            fused = [
                (torch.cat([w for w, _ in group]), torch.cat([b for _, b in group]))
                for group in zip(*parts, strict=True)
            ]
            self.qkv = GroupedLinear(fused)
        else:
            self.fused_groups = 0
            self.query, self.key, self.value = (GroupedLinear(part) for part in parts)
        self.output = GroupedLinear(group_weights(post_attention))

    def project(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Map float32 [tokens, channels] to Q, K, V, each [heads, tokens, head width].

        Q is [heads, 1, head width] where only the first token asks.
        """
        if self.fused_groups:
            shape = (-1, self.fused_groups, 3, self.heads // self.fused_groups, self.head_width)
            # [tokens, group, qkv, head in group, width] -> [qkv and heads, tokens, width]
            qkv = self.qkv(x).view(shape).permute(2, 1, 3, 0, 4).contiguous()
            query, key, value = slices(qkv.view(3 * self.heads, -1, self.head_width), 3, 0)
            return query[:, :1] if self.first_only else query, key, value
        asking = x[:1] if self.first_only else x
        query, key, value = (
            projection(rows).view(-1, self.heads, self.head_width).transpose(0, 1)
            for projection, rows in ((self.query, asking), (self.key, x), (self.value, x))
        )
        return query, key, value

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Map float32 [tokens, channels] to the same; mask [1, 1, tokens] is added to scores.

        The result is [1, channels] where only the first token asks.
        """
        query, key, value = self.project(x)
        weights = torch.softmax(torch.bmm(query, key.transpose(1, 2)) + mask, dim=-1)
        context = torch.bmm(weights, value).transpose(0, 1).contiguous()
        return self.output(context.view(-1, x.shape[1]))  # type: ignore[no-any-return]


class FeedForward(nn.Module):
    """The two linears of a layer with the activation between them.

    Where both have the same groups, group g of the second reads exactly group g of the first:
    the block is then one MLP a group, split once and concatenated once.
    """

    def __init__(self, up: nn.Conv1d, down: nn.Conv1d, activation: nn.Module) -> None:
        super().__init__()
        self.up = GroupedLinear(group_weights(up))
        self.down = GroupedLinear(group_weights(down))
        self.activation = clone_activation(activation)
        self.mlp_groups = up.groups if up.groups == down.groups else 0

    def forward(self, x: Tensor) -> Tensor:
        """Map float32 [tokens, channels] to float32 [tokens, channels]."""
        if self.mlp_groups < 2:
            return self.down(self.activation(self.up(x)))  # type: ignore[no-any-return]
        triples = zip(self.up.groups, self.down.groups, slices(x, self.mlp_groups), strict=True)
        return torch.cat([down(self.activation(up(part))) for up, down, part in triples], dim=-1)


class EncoderLayer(nn.Module):
    """Attention and feed-forward, each with its residual and LayerNorm (post-norm, as in BERT)."""

    def __init__(self, source: Any, first_only: bool = False) -> None:
        """Copy the weights.

        Args:
            source: transformers' module.
            first_only: whether what comes behind reads the first token's state alone. Then nothing
                but keys and values is computed of the others.
        """
        super().__init__()
        self.attention = Attention(source.attention, source.post_attention.conv1d, first_only)
        self.attention_norm = clone_layer_norm(source.post_attention.layernorm)
        up = source.intermediate
        self.ffn = FeedForward(up.conv1d, source.output.conv1d, up.act)
        self.ffn_norm = clone_layer_norm(source.output.layernorm)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Map float32 [tokens, channels] to the same, or to [1, channels] with `first_only`."""
        kept = x[:1] if self.attention.first_only else x
        x = self.attention_norm(self.attention(x, mask) + kept)
        return self.ffn_norm(self.ffn(x) + x)  # type: ignore[no-any-return]
