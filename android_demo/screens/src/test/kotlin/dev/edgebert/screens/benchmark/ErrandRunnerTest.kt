package dev.edgebert.screens.benchmark

import dev.edgebert.core.BadInputException
import dev.edgebert.core.Recording
import dev.edgebert.core.bench.Cpu
import dev.edgebert.core.bench.Machine
import dev.edgebert.core.bench.Progress
import dev.edgebert.core.fixtureFile
import dev.edgebert.core.json.JsonNode
import dev.edgebert.core.json.parseJson
import java.io.File
import java.util.concurrent.Executor
import kotlin.test.Test
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import org.junit.Rule
import org.junit.rules.TemporaryFolder

/** Jobs as `edgebert benchmark --app` writes them; Python reads the results again. */
class ErrandRunnerTest {
    @get:Rule
    val temporary = TemporaryFolder()

    private val recording = Recording("embedder")
    private val machine = Machine(Cpu("recorded", null, 2, 2, emptyMap()), "aarch64", "Android 15")

    private inner class Calls(private val before: () -> Unit = {}) : FreshProcess {
        override fun run(job: MeasureJob, progress: Progress): Measured {
            before()
            return measure(job, listOf(recording.engine()), machine, progress)
        }

        override fun stop() = Unit
    }

    private fun runner(process: FreshProcess = Calls()) =
        ErrandRunner(Executor { it.run() }, process) { temporary.root }

    private val result get() = File(temporary.root, "results/job.json")

    private fun problem(): String? = JsonNode(parseJson(result.readText()))["problem"].orNull()?.text()

    @Test
    fun `jobs of a computer are done as it asks`() {
        recording.folder.copyRecursively(File(temporary.root, "bundles/embedder"))
        for (stage in listOf("survey", "proof", "latency", "memory")) {
            runner().start("job", fixtureFile("jobs/$stage.json").readText())
            assertEquals(null, problem())
            result.copyTo(fixtureFile("jobs/$stage-result.json"), overwrite = true)
        }
        val progress = File(temporary.root, "results/job.progress").readText().split(' ')
        assertEquals(2, progress.size)
        assertEquals(progress[1], progress[0])
    }

    @Test
    fun `what cannot be done is told`() {
        runner().start("job", "{}")
        assertContains(problem().orEmpty(), "the job cannot be read (found no field task")
        val memory = fixtureFile("jobs/memory.json").readText()
        runner().start("job", memory)
        assertContains(problem().orEmpty(), "embedder")
        runner().start("job", memory.replace("\"embedder\"", "\"../embedder\""))
        assertContains(problem().orEmpty(), "no bundle's name")
        runner().start("job", memory.replace("\"memory\"", "\"dance\""))
        assertContains(problem().orEmpty(), "dance")
    }

    @Test
    fun `leaving the screen ends a job`() {
        lateinit var runner: ErrandRunner
        runner = runner(Calls(before = { runner.stop(); throw BadInputException("the process died") }))
        runner.start("job", fixtureFile("jobs/survey.json").readText())
        assertContains(problem().orEmpty(), "screen was left")
    }

    @Test
    fun `an intent that is no job leaves nothing`() {
        val text = fixtureFile("jobs/survey.json").readText()
        for (name in listOf(null, "", "../job", "a/b", ".job")) runner().start(name, text)
        runner().start("job", null)
        assertFalse(File(temporary.root, "results").exists())
        assertTrue(temporary.root.list().orEmpty().isEmpty())
    }
}
