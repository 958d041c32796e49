"""Training: a recipe becomes a checkpoint folder that `edgebert export` takes.

A recipe has up to three stages. `init` reads a BERT or SqueezeBERT checkpoint as a SqueezeBERT and
cuts its convolutions into groups; `distil` teaches that encoder, on plain texts, the hidden states
and attention relations of a teacher; `task` trains a head on labelled rows. `job` walks that way
with transformers' Trainer. All of it is workstation side, from the extra `[train]`.
"""
