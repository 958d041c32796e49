package dev.edgebert.screens.settings

import dev.edgebert.core.Recording
import dev.edgebert.core.bundle.Mode
import dev.edgebert.screens.shelf.BundleShelf
import dev.edgebert.screens.shelf.PackedFiles
import java.io.File
import java.io.InputStream
import java.util.ArrayDeque
import java.util.concurrent.Executor
import kotlin.test.Test
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import org.junit.Rule
import org.junit.rules.TemporaryFolder

class SettingsScreenTest {
    @get:Rule
    val temporary = TemporaryFolder()

    private val jobs = ArrayDeque<Runnable>()
    private val nothingPacked = object : PackedFiles {
        override fun list(path: String) = emptyList<String>()

        override fun open(path: String): InputStream = error("nothing is packed")
    }

    private fun screen(settings: Settings) = SettingsScreen(
        worker = Executor { jobs.add(it) },
        shelf = { BundleShelf(nothingPacked, File(temporary.root, "copies"), temporary.root) },
        engines = listOf(Recording("embedder").engine()),
        cores = 2,
        settings = settings,
        changed = {},
    )

    private fun push(recording: String, name: String) =
        Recording(recording).folder.copyRecursively(File(temporary.root, name))

    private fun work() {
        while (jobs.isNotEmpty()) jobs.remove().run()
    }

    @Test
    fun `the screen opens at once, and the options come later`() {
        push("embedder", "a")
        val screen = screen(Settings(bundle = "gone", mode = Mode.DYNAMIC))
        assertNull(screen.state.options)
        work()
        assertEquals(listOf("a"), screen.state.options?.bundles)
        assertEquals(Settings(mode = Mode.DYNAMIC), screen.state.settings)
        val facts = assertNotNull(screen.state.facts)
        assertEquals("feature-extraction", facts.task)
        val files = File(temporary.root, "a").walk().filter { it.isFile && it.name != "manifest.json" }
        assertEquals(files.sumOf { it.length() }, facts.bytes)
    }

    @Test
    fun `another bundle has other options, and what does not fit is dropped`() {
        push("embedder", "a")
        push("classifier", "b")
        val screen = screen(Settings(bundle = "a"))
        work()
        screen.pick(Settings(bundle = "a", mode = Mode.DYNAMIC, threads = 2))
        assertEquals(0, jobs.size)
        screen.pick(screen.state.settings.copy(bundle = "b"))
        work()
        assertEquals(Settings(bundle = "b", threads = 2), screen.state.settings)
        assertEquals("text-classification", screen.state.facts?.task)
    }

    @Test
    fun `a damaged bundle is told, and another one can be picked`() {
        push("embedder", "a")
        push("classifier", "b")
        File(temporary.root, "a/manifest.json").writeText("{")
        val screen = screen(Settings())
        work()
        assertContains(assertNotNull(screen.state.problem), "copy or export the bundle again")
        assertEquals(listOf("a", "b"), screen.state.options?.bundles)
        screen.pick(Settings(bundle = "b"))
        work()
        assertNull(screen.state.problem)
    }

    @Test
    fun `without a bundle there is little to pick`() {
        val screen = screen(Settings())
        work()
        assertEquals(Options(emptyList(), emptyList(), emptyList(), listOf(1, 2)), screen.state.options)
        assertNull(screen.state.facts)
    }
}
