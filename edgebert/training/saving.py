"""Writing the trained model as a normal checkpoint folder: config, weights and tokenizer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from edgebert.exporter.checkpoint import Checkpoint
from edgebert.training.recipe import Precision

WEIGHTS_NAME = "model.safetensors"


def rounded(model: Any, precision: Precision) -> None:
    """Round a model's weights, in place, to those that are stored; they stay float32."""
    if precision == "float16":
        with torch.no_grad():
            for tensor in model.state_dict().values():
                if tensor.is_floating_point():
                    tensor.copy_(tensor.half().float())


def write_checkpoint(folder: Path, model: Any, start: Checkpoint, precision: Precision) -> None:
    """Write config.json, model.safetensors, vocab.txt and tokenizer_config.json.

    Args:
        folder: is there and empty.
        model: on any device; it is moved to the CPU, and to float16 where that is stored.
        start: the checkpoint that training started from, whose tokenizer it is.
        precision: how the weights are stored.

    """
    stored = model.cpu().to(getattr(torch, precision))
    stored.save_pretrained(folder)
    (folder / "vocab.txt").write_text(
        "".join(f"{token}\n" for token in start.vocabulary), encoding="utf-8"
    )
    # safetensors lets only the owner read what it writes; a checkpoint is like any other file.
    (folder / WEIGHTS_NAME).chmod((folder / "vocab.txt").stat().st_mode)
    config = start.tokenizer
    settings = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": config.lowercase,
        "strip_accents": config.strip_accents,
        "tokenize_chinese_chars": config.split_cjk,
        "unk_token": config.unknown,
        "cls_token": config.classify,
        "sep_token": config.separate,
        "pad_token": config.pad,
        "mask_token": config.mask,
        "model_max_length": start.max_length,
    }
    write_json(folder / "tokenizer_config.json", settings)


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file."""
    text = json.dumps(content, indent=2, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")
