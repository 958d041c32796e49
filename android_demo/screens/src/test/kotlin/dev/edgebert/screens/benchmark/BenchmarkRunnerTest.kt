package dev.edgebert.screens.benchmark

import dev.edgebert.core.BadInputException
import dev.edgebert.core.Recording
import dev.edgebert.core.bench.Cpu
import dev.edgebert.core.bench.Machine
import dev.edgebert.core.bench.Method
import dev.edgebert.core.bench.Progress
import dev.edgebert.core.bundle.Mode
import dev.edgebert.core.engine.Tensor
import dev.edgebert.screens.settings.Settings
import java.io.File
import java.io.IOException
import java.util.concurrent.Executor
import kotlin.test.Test
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertTrue
import org.junit.Rule
import org.junit.rules.TemporaryFolder

/** A whole run on recorded answers; the fresh processes are calls, and jobs travel as texts. */
class BenchmarkRunnerTest {
    @get:Rule
    val temporary = TemporaryFolder()

    private val recording = Recording("embedder")
    private val jobs = ArrayList<MeasureJob>()
    private val states = ArrayList<BenchmarkState>()
    private val machine = Machine(Cpu("recorded", null, 2, 2, emptyMap()), "aarch64", "Android 15")

    private fun plan(settings: Settings = Settings(bucket = 16)) = BenchmarkPlan(
        bundle = recording.folder,
        run = "run",
        target = "phone",
        variants = variantsFor(recording.bundle(), listOf(recording.engine()), settings),
        repeats = 2,
        method = Method(iterations = 4, warmUps = 0, turn = 2, settleMs = 0.0),
    )

    private fun runner(
        process: FreshProcess = Calls(),
        save: (String, List<String>) -> File = ::save,
    ): BenchmarkRunner {
        lateinit var runner: BenchmarkRunner
        runner = BenchmarkRunner(Executor { it.run() }, process, save) { states += runner.state }
        return runner
    }

    private fun save(name: String, lines: List<String>) =
        File(temporary.root, name).apply { writeText(lines.joinToString("\n")) }

    private inner class Calls(private val bend: (Tensor) -> Tensor = { it }) : FreshProcess {
        var stopped = false

        override fun run(job: MeasureJob, progress: Progress): Measured {
            val carried = MeasureJob.ofText(job.toText()).also { assertEquals(job, it) }
            jobs += carried
            val found = measure(carried, listOf(recording.engine(bend)), machine, progress)
            return Measured.ofText(found.toText()).also { assertEquals(found, it) }
        }

        override fun stop() {
            stopped = true
        }
    }

    @Test
    fun `each step is a fresh process, and all is summed up`() {
        val runner = runner()
        runner.start { plan() }
        val finished = assertIs<BenchmarkState.Finished>(runner.state)
        assertEquals(listOf(Mode.DYNAMIC, Mode.FP32), finished.rows.map { it.variant.mode })
        for (row in finished.rows) {
            assertEquals(listOf(2, 8, 8), listOf(row.repeats, row.model.n, row.app.n))
            assertTrue(row.app.low > 0 && (row.peakRss ?: 0) > 0)
        }
        assertEquals(
            listOf(MeasureTask.Prove, MeasureTask.Latency(1), MeasureTask.Latency(2)) +
                List(2) { MeasureTask.Memory },
            jobs.map { it.task },
        )
        assertEquals(6, finished.file.readLines().size)
        assertEquals(2, finished.chart?.bars?.size)
    }

    @Test
    fun `progress never goes back`() {
        runner().start { plan() }
        val running = states.filterIsInstance<BenchmarkState.Running>().drop(1)
        assertEquals(running.map { it.share }.sorted(), running.map { it.share })
        assertEquals((1..5).toList(), running.map { it.number }.distinct())
        assertEquals(listOf(Step.PROVING, Step.LATENCY, Step.MEMORY), running.map { it.step }.distinct())
        assertTrue(running.all { it.share in 0.0..1.0 && it.total == 5 })
    }

    @Test
    fun `what answers wrongly is told and not measured`() {
        val runner = runner(Calls { Tensor(it.shape, FloatArray(it.values.size) { 1f }) })
        runner.start { plan() }
        assertContains(assertIs<BenchmarkState.Failed>(runner.state).problem, "onnxruntime fp32")
        assertEquals(1, jobs.size)
    }

    @Test
    fun `a run can be ended, and begun again`() {
        lateinit var runner: BenchmarkRunner
        val calls = Calls()
        val process = object : FreshProcess by calls {
            override fun run(job: MeasureJob, progress: Progress): Measured {
                if (job.task == MeasureTask.Latency(2)) runner.stop()
                return calls.run(job, progress)
            }
        }
        runner = runner(process)
        runner.start { plan() }
        assertEquals(BenchmarkState.Stopped, runner.state)
        assertTrue(calls.stopped)
        val again = runner()
        again.start { plan() }
        assertIs<BenchmarkState.Finished>(again.state)
    }

    @Test
    fun `a process that dies while the run is ended was ended`() {
        lateinit var runner: BenchmarkRunner
        val process = object : FreshProcess {
            override fun run(job: MeasureJob, progress: Progress): Measured {
                runner.stop()
                throw BadInputException("the process died")
            }

            override fun stop() = Unit
        }
        runner = runner(process)
        runner.start { plan() }
        assertEquals(BenchmarkState.Stopped, runner.state)
    }

    @Test
    fun `what goes wrong is told`() {
        val runner = runner(save = { _, _ -> throw IOException("full") })
        runner.start { throw BadInputException("bundle x: not found") }
        assertEquals(BenchmarkState.Failed("bundle x: not found"), runner.state)
        runner.start { plan() }
        assertContains(assertIs<BenchmarkState.Failed>(runner.state).problem, "full")
    }

    @Test
    fun `settings choose what is measured`() {
        val engines = listOf(recording.engine())
        fun count(settings: Settings) = variantsFor(recording.bundle(), engines, settings).size
        assertEquals(4, count(Settings()))
        assertEquals(1, count(Settings(mode = Mode.FP32, bucket = 32, threads = 3)))
        assertFailsWith<BadInputException> { count(Settings(engine = "litert")) }
    }
}
