"""Small random checkpoints, written by transformers itself, for tests of every later step.

    model = write_checkpoint(tmp_path, "SqueezeBertForSequenceClassification", q_groups=2)
    checkpoint = load_checkpoint(str(tmp_path), "text-classification")
    inputs = random_inputs(model.config, batch=2, length=16)

The returned module is transformers' own, with the weights that were written: the reference.
"""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import transformers
from torch import Tensor
from transformers import PreTrainedModel

from edgebert.exporter.checkpoint import joint

TASK_ENDINGS = {
    "feature-extraction": "Model",
    "fill-mask": "ForMaskedLM",
    "text-classification": "ForSequenceClassification",
    "multiple-choice": "ForMultipleChoice",
    "token-classification": "ForTokenClassification",
    "question-answering": "ForQuestionAnswering",
    "intent-and-slots": "ForIntentAndSlots",
}
# Every class there is, as task and family: intents and slots are a SqueezeBERT's alone.
CLASSES = [
    (task, family)
    for task in TASK_ENDINGS
    for family in ("SqueezeBert", "Bert")
    if (task, family) != ("intent-and-slots", "Bert")
]
SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORDS = ("turn", "on", "the", "light", "what", "is", "weather", "in", "play", "##ing", "##est")
SLOT_TAGS = {"0": "O", "1": "B-date", "2": "I-date", "3": "B-place", "4": "I-place"}
VOCABULARY = (
    *SPECIAL_TOKENS,
    *string.ascii_lowercase,
    *(f"##{letter}" for letter in string.ascii_lowercase),
    *string.digits,
    *".,?!'-",
    *WORDS,
)
MIXED_GROUPS = {
    "q_groups": 1,
    "k_groups": 2,
    "v_groups": 4,
    "post_attention_groups": 2,
    "intermediate_groups": 4,
    "output_groups": 8,
}
SMALL = {
    "vocab_size": len(VOCABULARY),
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 40,
}


def class_name(task: str, family: str = "SqueezeBert") -> str:
    """Name the class of a family ("SqueezeBert" or "Bert") for a task."""
    return family + TASK_ENDINGS[task]


def random_module(name: str, *, seed: int = 0, **config: Any) -> PreTrainedModel:
    """Build a small module in eval mode whose every parameter, biases too, is random.

    Args:
        name: A transformers class, such as "BertForPreTraining", or edgebert's own for two heads.
        seed: Of the parameters.
        config: Settings in place of `SMALL`'s and, for SqueezeBERT, `MIXED_GROUPS`'.
    """
    settings: dict[str, Any] = {**SMALL, **config}
    classes: Any = transformers
    if name == class_name("intent-and-slots"):
        classes = joint
        settings.setdefault("slot_id2label", SLOT_TAGS)
    if name.startswith("SqueezeBert"):
        settings = {"embedding_size": settings["hidden_size"], **MIXED_GROUPS, **settings}
        chosen: Any = transformers.SqueezeBertConfig(**settings)
    else:
        chosen = transformers.BertConfig(**settings)
        # The implementation that computes as SqueezeBERT's module does.
        chosen._attn_implementation = "eager"
    model: PreTrainedModel = getattr(classes, name)(chosen)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            is_scale = "layernorm.weight" in parameter_name.lower()
            parameter.copy_(1 + 0.1 * noise if is_scale else 0.15 * noise)
    model.eval()  # type: ignore[no-untyped-call]
    return model.requires_grad_(False)


def write_checkpoint(
    folder: Path,
    name: str = "SqueezeBertModel",
    *,
    seed: int = 0,
    weights: str = "safetensors",
    **config: Any,
) -> PreTrainedModel:
    """Write a random checkpoint with its tokenizer, as `save_pretrained` does; return its module.

    Args:
        folder: Is made if it does not exist.
        name: A transformers class, such as "SqueezeBertForMaskedLM".
        seed: Of the parameters.
        weights: "safetensors", or "bin" for a pytorch_model.bin as older versions wrote.
        config: As in `random_module`; `id2label={0: "no", ...}` names labels.
    """
    model = random_module(name, seed=seed, **config)
    model.save_pretrained(folder)
    if weights == "bin":
        (folder / "model.safetensors").unlink()
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    write_vocabulary(folder)
    return model


def write_vocabulary(folder: Path, tokens: tuple[str, ...] = VOCABULARY, **settings: Any) -> None:
    """Write vocab.txt and tokenizer_config.json, the latter with `settings` in it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("".join(f"{token}\n" for token in tokens), encoding="utf-8")
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "BertTokenizer", **settings})


def write_tokenizer_json(folder: Path, **changes: Any) -> None:
    """Write a tokenizer.json as transformers does, with top-level entries replaced by `changes`."""
    tokenizer = transformers.BertTokenizer(vocab={token: i for i, token in enumerate(VOCABULARY)})
    content = json.loads(tokenizer.backend_tokenizer.to_str())
    write_json(folder / "tokenizer.json", {**content, **changes})


def write_sentence_transformers(
    folder: Path,
    *,
    pooling: Mapping[str, Any] | None = None,
    normalize: bool = True,
    max_seq_length: int | None = 24,
    extra: tuple[str, ...] = (),
) -> None:
    """Add sentence-transformers' files to a checkpoint folder.

    Args:
        folder: The checkpoint's.
        pooling: The content of 1_Pooling/config.json; mean pooling by default.
        normalize: Whether the last module is Normalize.
        max_seq_length: Of sentence_bert_config.json.
        extra: Kinds of further modules, such as "Dense".
    """
    kinds = ["Transformer", "Pooling", *extra, *(["Normalize"] if normalize else [])]
    modules = [
        {
            "idx": index,
            "name": str(index),
            "path": "" if kind == "Transformer" else f"{index}_{kind}",
            "type": f"sentence_transformers.models.{kind}",
        }
        for index, kind in enumerate(kinds)
    ]
    write_json(folder / "modules.json", modules)
    (folder / "1_Pooling").mkdir()
    write_json(folder / "1_Pooling" / "config.json", pooling or {"pooling_mode": "mean"})
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": max_seq_length})


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file."""
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")


def edit_config(folder: Path, **changes: Any) -> None:
    """Change entries of a checkpoint's config.json; None takes an entry out."""
    path = folder / "config.json"
    content = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    write_json(path, {key: value for key, value in content.items() if value is not None})


def random_inputs(
    config: Any, *, batch: int = 3, length: int = 12, choices: int | None = None, seed: int = 0
) -> dict[str, Tensor]:
    """Make model inputs with padding at the end of each row and two token types.

    Returns:
        input_ids, attention_mask and token_type_ids, int64 of shape (batch, length), or
        (batch, choices, length) with `choices`. The first row has no padding.
    """
    generator = torch.Generator().manual_seed(seed)
    rows = batch * (choices or 1)
    ids = torch.randint(5, config.vocab_size, (rows, length), generator=generator)
    valid = torch.randint(1, length + 1, (rows, 1), generator=generator)
    valid[0] = length
    positions = torch.arange(length).expand(rows, length)
    mask = (positions < valid).long()
    inputs = {
        "input_ids": ids * mask,
        "attention_mask": mask,
        "token_type_ids": ((positions >= valid // 2).long() * mask) % config.type_vocab_size,
    }
    shape = (batch, choices, length) if choices else (batch, length)
    return {name: tensor.reshape(shape) for name, tensor in inputs.items()}
