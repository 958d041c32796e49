"""Vectors in int8, one scale each, and an exact search through all of them."""

import numpy as np
from numpy.typing import NDArray

from edgebert.engines.session import Float32Array

Int8Array = NDArray[np.int8]

LEVELS = 127
SHORTEST_NORM = 1e-12
BLOCK_ROWS = 1024  # of 384 channels as float32 are 1.5 MB, which stays in a processor's cache


def quantize(vectors: Float32Array) -> tuple[Int8Array, Float32Array]:
    """Round vectors to int8, symmetrically, with one scale a vector.

    Args:
        vectors: float32 [vectors, channels], of any length.

    Returns:
        int8 [vectors, channels] and float32 [vectors]; their product is the vectors, scaled to
        length 1. A vector of zeros stays one.

    """
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), SHORTEST_NORM)
    unit = vectors / lengths
    scales = np.abs(unit).max(axis=1, keepdims=True, initial=0) / LEVELS
    rounded = np.rint(unit / np.maximum(scales, SHORTEST_NORM)).astype(np.int8)
    return rounded, scales[:, 0].astype(np.float32)


def similarities(vectors: Int8Array, scales: Float32Array, query: Float32Array) -> Float32Array:
    """Return the cosine of each vector with a query.

    Args:
        vectors: int8 [vectors, channels].
        scales: float32 [vectors].
        query: float32 [channels], of any length.

    Returns:
        float32 [vectors].

    """
    unit = (query / max(float(np.linalg.norm(query)), SHORTEST_NORM)).astype(np.float32)
    found = np.empty(len(vectors), np.float32)
    # NumPy multiplies integers one by one but floats by BLAS, so blocks are made floats in a place
    # that stays in the cache.
    block = np.empty((min(BLOCK_ROWS, len(vectors)), vectors.shape[1]), np.float32)
    for start in range(0, len(vectors), BLOCK_ROWS):
        rows = vectors[start : start + BLOCK_ROWS]
        place = block[: len(rows)]
        np.copyto(place, rows)
        np.dot(place, unit, out=found[start : start + len(rows)])
    found *= scales
    return found
