package dev.edgebert.core.stats

/**
 * The random numbers of numpy's `default_rng(0).integers(0, n)`, so that Kotlin resamples as Python
 * does and intervals come out equal.
 *
 * The generator is PCG XSL RR 128/64 (O'Neill, "PCG: A Family of Simple Fast Space-Efficient
 * Statistically Good Algorithms for Random Number Generation", 2014), its numbers are brought into
 * a range by Lemire's method ("Fast Random Integer Generation in an Interval", 2019) on 32 bits.
 */
internal class Pcg64 {
    // What numpy makes of the seed 0: `numpy.random.PCG64(0).state`.
    private var high = 0x1AA1B5345996452DuL
    private var low = 0x09585EB7A69561E3uL

    /** The half of the last 64 bits that has not been given out yet. */
    private var kept: ULong? = null

    /** A number from 0 to `count` - 1, each equally likely. */
    fun nextIndex(count: Int): Int {
        if (count == 1) return 0 // numpy draws nothing then
        val range = count.toULong()
        val threshold = (TWO_TO_32 - range) % range
        var product = next32() * range
        while ((product and LOW_32) < threshold) product = next32() * range
        return (product shr 32).toInt()
    }

    private fun next32(): ULong {
        kept?.let {
            kept = null
            return it
        }
        val bits = next64()
        kept = bits shr 32
        return bits and LOW_32
    }

    private fun next64(): ULong {
        step()
        return (high xor low).rotateRight((high shr 58).toInt())
    }

    /** state = state * multiplier + increment, modulo 2^128. */
    private fun step() {
        val product = low * MULTIPLIER_LOW
        val carried = multiplyHigh(low, MULTIPLIER_LOW) + high * MULTIPLIER_LOW + low * MULTIPLIER_HIGH
        low = product + INCREMENT_LOW
        high = carried + INCREMENT_HIGH + if (low < product) 1uL else 0uL
    }

    /** The upper 64 bits of a product; `Math.multiplyHigh` is signed and not on Android 8. */
    private fun multiplyHigh(one: ULong, other: ULong): ULong {
        val oneLow = one and LOW_32
        val oneHigh = one shr 32
        val otherLow = other and LOW_32
        val otherHigh = other shr 32
        val middle = oneHigh * otherLow + ((oneLow * otherLow) shr 32)
        val rest = oneLow * otherHigh + (middle and LOW_32)
        return oneHigh * otherHigh + (middle shr 32) + (rest shr 32)
    }

    private companion object {
        const val LOW_32 = 0xFFFFFFFFuL
        const val TWO_TO_32 = 0x100000000uL
        const val MULTIPLIER_HIGH = 0x2360ED051FC65DA4uL
        const val MULTIPLIER_LOW = 0x4385DF649FCCF645uL
        const val INCREMENT_HIGH = 0x418DDADB3AF71A82uL
        const val INCREMENT_LOW = 0x588133BC447873A9uL
    }
}
