package dev.edgebert.core.engine

import dev.edgebert.core.BadInputException

/**
 * An array of float32 in row-major order.
 *
 * @property shape the length of each axis.
 * @property values as many as the shape says.
 */
class Tensor(val shape: List<Int>, val values: FloatArray) {
    init {
        val size = shape.fold(1L) { product, axis -> product * axis }
        if (shape.any { it < 0 } || size != values.size.toLong()) {
            throw BadInputException("found ${values.size} values for an output of shape $shape")
        }
    }

    /** The rows along the first axis: all but it make the shape of a row. */
    fun row(index: Int): FloatArray {
        val width = values.size / shape.first()
        return values.copyOfRange(index * width, (index + 1) * width)
    }

    /** Without the entries of the second axis from `count` on; the first axis must be 1 long. */
    internal fun trimmed(count: Int): Tensor {
        if (shape.size < 2 || shape[0] != 1 || shape[1] < count) {
            throw BadInputException("found an output of shape $shape, expected [1, $count or more]")
        }
        val kept = listOf(1, count) + shape.drop(2)
        val width = shape.drop(2).fold(1) { size, axis -> size * axis }
        return Tensor(kept, values.copyOf(count * width))
    }

    /** Without its first axis, which must be 1 long. */
    internal fun withoutBatch(): Tensor {
        if (shape.firstOrNull() != 1) {
            throw BadInputException("found an output of shape $shape, expected a first axis of 1")
        }
        return Tensor(shape.drop(1), values)
    }
}
