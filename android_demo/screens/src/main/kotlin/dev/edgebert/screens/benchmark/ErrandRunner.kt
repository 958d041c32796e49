package dev.edgebert.screens.benchmark

import dev.edgebert.core.BadInputException
import dev.edgebert.core.EdgebertException
import dev.edgebert.core.bench.Progress
import dev.edgebert.core.json.JsonException
import dev.edgebert.core.json.JsonNull
import dev.edgebert.core.json.encode
import dev.edgebert.core.json.jsonObject
import dev.edgebert.core.json.toJson
import java.io.File
import java.io.IOException
import java.util.concurrent.Executor

/**
 * Does jobs that a computer asks for over adb (`edgebert benchmark --target adb --app`) and leaves
 * what they found where adb reads it: `results/NAME.json`, and meanwhile "done total" in
 * `results/NAME.progress`. One job comes after the other.
 *
 * @param worker what a job occupies until it ends.
 * @param files the app's external files, whose `bundles` holds the pushed bundles; null where the
 *   device has no such storage now. Called on the worker.
 */
class ErrandRunner(
    private val worker: Executor,
    private val process: FreshProcess,
    private val files: () -> File?,
) {
    @Volatile
    private var stopping = false

    /** Begins a job; an intent without one, or with a name that is no plain file name, is ignored. */
    fun start(name: String?, job: String?) {
        if (job == null || name == null || !NAME.matches(name)) return
        stopping = false
        worker.execute {
            val results = files()?.let { File(it, "results") } ?: return@execute
            results.mkdirs()
            write(results, "$name.json", resultOf(job, File(results, "$name.progress")))
        }
    }

    /** Ends the job that runs now: its result says so. */
    fun stop() {
        stopping = true
        process.stop()
    }

    private fun resultOf(job: String, progress: File): String = try {
        val found = process.run(located(job), Progress { done, total ->
            if (stopping) throw BadInputException(LEFT)
            progress.writeText("$done $total")
        })
        jsonObject(
            "problem" to JsonNull,
            "lines" to found.lines.toJson { it.toJson() },
            "proved" to found.proved.toJson(::variantJson),
        ).encode()
    } catch (error: EdgebertException) {
        problem(if (stopping) LEFT else error.message.orEmpty())
    } catch (error: JsonException) {
        problem("the job cannot be read (${error.message}); take app and edgebert from one checkout")
    } catch (error: IOException) {
        problem("a file cannot be written (${error.message}); look at the storage")
    }

    /** The job with the folder of its bundle in place of its name. */
    private fun located(text: String): MeasureJob {
        val job = MeasureJob.ofText(text)
        if (job.task == MeasureTask.Survey) return job
        if (!NAME.matches(job.bundle)) throw BadInputException("bundle ${job.bundle}: no bundle's name")
        return job.copy(bundle = File(files(), "bundles/${job.bundle}").path)
    }

    private fun problem(line: String) = jsonObject(
        "problem" to line.toJson(),
        "lines" to emptyList<String>().toJson { it.toJson() },
        "proved" to emptyList<String>().toJson { it.toJson() },
    ).encode()

    /** Writes a result, whole or not at all. */
    private fun write(folder: File, name: String, text: String) {
        val half = File(folder, "$name.half")
        half.writeText(text)
        half.renameTo(File(folder, name))
    }

    private companion object {
        val NAME = Regex("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
        const val LEFT = "the app's screen was left, which ends a job; leave it open"
    }
}
