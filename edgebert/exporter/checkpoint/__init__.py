"""Checkpoints: a hub id or a folder becomes one SqueezeBERT module with its tokenizer and labels.

`load_checkpoint` is the only way in. SqueezeBERT checkpoints are loaded as they are; BERT
checkpoints are converted exactly (a BERT is a SqueezeBERT with every group count 1). Nothing of a
checkpoint is ever executed, and a local folder is read without touching the network.
"""

from edgebert.exporter.checkpoint.loader import load_checkpoint
from edgebert.exporter.checkpoint.values import Checkpoint

__all__ = ["Checkpoint", "load_checkpoint"]
