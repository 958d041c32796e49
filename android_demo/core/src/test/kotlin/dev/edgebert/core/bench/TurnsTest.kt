package dev.edgebert.core.bench

import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

/** Measuring in turns, against a clock that stands still but while something runs. */
class TurnsTest {
    private var now = 0L
    private val stopwatch = Stopwatch { now }
    private val calls = ArrayList<String>()

    private fun run(name: String, milliseconds: Double): Pair<String, () -> Unit> = name to {
        calls += name
        now += (milliseconds * 1e6).toLong()
    }

    private fun measure(method: Method, seed: Int = 1, progress: Progress = Progress { _, _ -> }) =
        measureInTurns(mapOf(run("a", 1.0), run("b", 30.0)), method, seed, stopwatch, progress)

    @Test
    fun `each call that counts is timed, in turns after warm-ups`() {
        val seen = ArrayList<Pair<Int, Int>>()
        val method = Method(iterations = 7, warmUps = 2, turn = 3, settleMs = 0.0)
        val times = measure(method) { done, total -> seen += done to total }
        assertEquals(mapOf("a" to List(7) { 1.0 }, "b" to List(7) { 30.0 }), times)
        assertEquals((1..6).map { it to 6 }, seen)
        val turns = calls.fold(ArrayList<String>()) { order, name ->
            order.apply { if (lastOrNull() != name) add(name) }
        }
        assertTrue(turns.size in 4..6, "$turns")
        assertEquals(2 * (7 + 3 * 2), calls.size)
    }

    @Test
    fun `a turn settles for a time, however many calls that takes`() {
        measure(Method(iterations = 1, warmUps = 1, turn = 1, settleMs = 50.0))
        assertEquals(50 + 1, calls.count { it == "a" })
        assertEquals(2 + 1, calls.count { it == "b" })
    }

    @Test
    fun `rounds take other orders, the same ones for one seed`() {
        val method = Method(iterations = 20, warmUps = 0, turn = 1, settleMs = 0.0)
        fun order(seed: Int): List<String> {
            calls.clear()
            measure(method, seed)
            return calls.toList()
        }
        assertEquals(order(1), order(1))
        assertTrue(order(1) != order(2))
        assertEquals(setOf("a", "b"), order(1).chunked(2).map { it.first() }.toSet())
    }

    @Test
    fun `whoever watches may end it`() {
        val method = Method(iterations = 100, warmUps = 0, turn = 1, settleMs = 0.0)
        assertFailsWith<IllegalStateException> { measure(method) { done, _ -> check(done < 3) } }
        assertEquals(3, calls.size)
    }

    @Test
    fun `a method that measures nothing is refused`() {
        assertFailsWith<IllegalArgumentException> { Method(iterations = 0) }
        assertFailsWith<IllegalArgumentException> { Method(turn = 0) }
    }
}
