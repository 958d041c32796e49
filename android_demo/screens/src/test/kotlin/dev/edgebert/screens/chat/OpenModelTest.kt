package dev.edgebert.screens.chat

import dev.edgebert.core.BadInputException
import dev.edgebert.core.CheckFailedException
import dev.edgebert.core.Recording
import dev.edgebert.core.bundle.Mode
import dev.edgebert.core.engine.Tensor
import dev.edgebert.screens.settings.Settings
import dev.edgebert.screens.shelf.BundleShelf
import dev.edgebert.screens.shelf.PackedFiles
import java.io.File
import java.io.InputStream
import kotlin.test.Test
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import org.junit.Rule
import org.junit.rules.TemporaryFolder

class OpenModelTest {
    @get:Rule
    val temporary = TemporaryFolder()

    private val recording = Recording("embedder")
    private val nothingPacked = object : PackedFiles {
        override fun list(path: String) = emptyList<String>()

        override fun open(path: String): InputStream = error("nothing is packed")
    }

    private fun shelf(vararg names: String): BundleShelf {
        names.forEach { recording.folder.copyRecursively(File(temporary.root, it)) }
        return BundleShelf(nothingPacked, File(temporary.root, "copies"), temporary.root)
    }

    private fun open(shelf: BundleShelf, settings: Settings, bend: (Tensor) -> Tensor = { it }): ModelFacts {
        val engine = recording.engine(bend)
        val opened = openModel(shelf, listOf(engine), settings)
        opened.pipeline.close()
        assertEquals(0, engine.open)
        return opened.facts
    }

    @Test
    fun `without settings it is the first bundle in its smallest precision`() {
        val facts = open(shelf("b", "a"), Settings())
        val expected = ModelFacts("a", "feature-extraction", "onnxruntime", Mode.DYNAMIC, null, null)
        assertEquals(expected, facts)
        assertEquals(Form.TEXT, facts.form)
    }

    @Test
    fun `settings are followed`() {
        val settings = Settings("b", "onnxruntime", Mode.FP32, bucket = 32, threads = 2)
        val facts = open(shelf("a", "b"), settings)
        assertEquals(ModelFacts("b", "feature-extraction", "onnxruntime", Mode.FP32, 32, 2), facts)
    }

    @Test
    fun `a model that answers wrongly is not opened`() {
        val error = assertFailsWith<CheckFailedException> {
            open(shelf("a"), Settings()) { Tensor(it.shape, FloatArray(it.values.size) { 1f }) }
        }
        assertContains(error.message.orEmpty(), "bundle a: the self-test failed")
    }

    @Test
    fun `what is not there is told`() {
        val none = assertFailsWith<BadInputException> { open(shelf(), Settings()) }
        assertContains(none.message.orEmpty(), "no bundle on this device")
        val shelf = shelf("a")
        val unfit = assertFailsWith<BadInputException> { open(shelf, Settings(engine = "litert")) }
        assertContains(unfit.message.orEmpty(), "the app runs none of these")
        assertFailsWith<BadInputException> { open(shelf, Settings(bucket = 24)) }
    }
}
