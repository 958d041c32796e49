package dev.edgebert.core.bench

import kotlin.random.Random

private const val NS_PER_MS = 1e6

/** What a call returned, and how long it took. */
data class Timed<T>(val value: T, val milliseconds: Double)

/** Takes the time of calls; `nanoTime` is the clock, in nanoseconds. */
class Stopwatch(private val nanoTime: () -> Long = System::nanoTime) {
    /** Times one call. */
    fun <T> time(run: () -> T): Timed<T> {
        val begin = nanoTime()
        val value = run()
        return Timed(value, (nanoTime() - begin) / NS_PER_MS)
    }

    /** Calls a function until it has warmed up and whatever ran before has come to rest. */
    fun settle(method: Method, run: () -> Unit) {
        val begin = nanoTime()
        var calls = 0
        while (calls < method.warmUps || nanoTime() - begin < method.settleMs * NS_PER_MS) {
            run()
            calls++
        }
    }
}

/** Told how far a measurement is; it may throw to end it. */
fun interface Progress {
    fun at(done: Int, total: Int)
}

/**
 * Times each of several functions, a few calls a turn; each round takes another order, so that what
 * drifts meanwhile (clock, heat) hits all alike.
 *
 * @param seed of the rounds' orders.
 * @return milliseconds of each call that counts, in their order: the n-th values of any two
 *   functions belong to one round.
 */
fun <K> measureInTurns(
    runs: Map<K, () -> Unit>,
    method: Method,
    seed: Int,
    stopwatch: Stopwatch,
    progress: Progress,
): Map<K, List<Double>> {
    val times = runs.mapValues { mutableListOf<Double>() }
    val random = Random(seed)
    val order = runs.keys.toMutableList()
    val rounds = (0 until method.iterations).chunked(method.turn)
    var done = 0
    for (round in rounds) {
        order.shuffle(random)
        for (key in order) {
            val run = runs.getValue(key)
            stopwatch.settle(method, run)
            round.mapTo(times.getValue(key)) { stopwatch.time(run).milliseconds }
            progress.at(++done, rounds.size * order.size)
        }
    }
    return times
}
