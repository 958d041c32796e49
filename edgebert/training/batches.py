"""Batches of rows of about equal length, in an order that the seed and the epoch decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from edgebert.training.features import IGNORED, Feature

# Rows are sorted by length within so many batches drawn at random: enough to waste little on
# padding, few enough that every epoch has other batches.
_POOL = 50


class FeatureDataset(Dataset[Feature]):
    """Features as a PyTorch data set."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self.features = features

    def __len__(self) -> int:
        """Return the number of features."""
        return len(self.features)

    def __getitem__(self, index: int) -> Feature:
        """Return a feature."""
        return self.features[index]


class LengthSortedBatches(Sampler[list[int]]):
    """Draws batches of rows of similar length; the same for the same seed and epoch.

    Unlike transformers' sampler it draws nothing from PyTorch's global generator, so that a run
    that was killed and goes on sees the batches that it would have seen.
    """

    def __init__(self, lengths: Sequence[int], batch_size: int, seed: int) -> None:
        """Set up the sampler.

        Args:
            lengths: of the rows, in tokens.
            batch_size: rows of a batch; the last may have fewer.
            seed: of the order.

        """
        self._lengths = np.asarray(lengths)
        self._batch_size = batch_size
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the order of an epoch, counted from 0."""
        self._epoch = epoch

    def __len__(self) -> int:
        """Return the number of batches."""
        return -(-len(self._lengths) // self._batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        """Yield the rows of each batch."""
        generator = np.random.default_rng((self._seed, self._epoch))
        order = generator.permutation(len(self._lengths))
        pool = _POOL * self._batch_size
        batches = []
        for start in range(0, len(order), pool):
            rows = order[start : start + pool]
            rows = rows[np.argsort(self._lengths[rows], kind="stable")]
            batches += [
                rows[at : at + self._batch_size] for at in range(0, len(rows), self._batch_size)
            ]
        for index in generator.permutation(len(batches)):
            yield batches[index].tolist()


def sorted_batches(lengths: Sequence[int], batch_size: int) -> Iterator[list[int]]:
    """Yield batches of all rows from the shortest to the longest, for evaluation."""
    order = np.argsort(np.asarray(lengths), kind="stable").tolist()
    for start in range(0, len(order), batch_size):
        yield order[start : start + batch_size]


class Collator:
    """Pads features to the longest of a batch."""

    def __init__(self, pad_id: int) -> None:
        self._pad_id = pad_id

    def __call__(self, features: Sequence[Feature]) -> dict[str, Tensor]:
        """Return input_ids, attention_mask, token_type_ids and the targets, int64.

        Each is [rows, tokens], but for targets of a whole row, which are [rows]. Targets of
        padding are ignored.
        """
        longest = max(map(len, features))
        batch = {
            "input_ids": _padded([f.input_ids for f in features], longest, self._pad_id),
            "attention_mask": _padded([np.ones(len(f), np.int64) for f in features], longest, 0),
            "token_type_ids": _padded([f.token_type_ids for f in features], longest, 0),
        }
        for name in features[0].targets:
            targets = [f.targets[name] for f in features]
            if isinstance(targets[0], np.ndarray):
                batch[name] = _padded([np.asarray(t) for t in targets], longest, IGNORED)
            else:
                batch[name] = torch.tensor(targets)
        return batch


def _padded(rows: Sequence[np.ndarray], length: int, filling: int) -> Tensor:
    padded = np.full((len(rows), length), filling, np.int64)
    for number, row in enumerate(rows):
        padded[number, : len(row)] = row
    return torch.from_numpy(padded)
