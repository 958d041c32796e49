package dev.edgebert.screens.shelf

import dev.edgebert.core.BadInputException
import dev.edgebert.core.CheckFailedException
import dev.edgebert.core.Recording
import dev.edgebert.core.bundle.MANIFEST_NAME
import java.io.File
import java.io.FileNotFoundException
import java.io.InputStream
import kotlin.test.Test
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import org.junit.Rule
import org.junit.rules.TemporaryFolder

/** Bundles that Python exported, on a shelf of real folders. */
class BundleShelfTest {
    @get:Rule
    val temporary = TemporaryFolder()

    private val assets by lazy { temporary.newFolder("assets") }
    private val copies by lazy { File(temporary.root, "copies") }
    private val pushed by lazy { temporary.newFolder("pushed") }
    private val shelf by lazy { BundleShelf(FolderFiles(assets), copies, pushed) }

    private fun pack(recording: String, name: String) =
        Recording(recording).folder.copyRecursively(File(assets, "bundles/$name"), overwrite = true)

    private fun push(recording: String, name: String) =
        Recording(recording).folder.copyRecursively(File(pushed, name))

    @Test
    fun `both kinds of bundles are found and opened`() {
        pack("tiny", "packed")
        push("classifier", "pushed")
        File(pushed, "a file").writeText("no bundle")
        assertEquals(listOf("packed", "pushed"), shelf.names())
        assertEquals("feature-extraction", shelf.open("packed").manifest.task)
        assertEquals(copies, shelf.open("packed").root.parentFile)
        assertEquals("text-classification", shelf.open("pushed").manifest.task)
        assertEquals(listOf("packed"), BundleShelf(FolderFiles(assets), copies, pushed = null).names())
    }

    @Test
    fun `of two with one name the pushed one is taken`() {
        pack("tiny", "model")
        push("classifier", "model")
        assertEquals(listOf("model"), shelf.names())
        assertEquals("text-classification", shelf.open("model").manifest.task)
    }

    @Test
    fun `a packed bundle is copied once, and again where it changed or the copy is damaged`() {
        pack("tiny", "model")
        val vocabulary = File(shelf.open("model").root, "tokenizer/vocab.txt")
        vocabulary.setLastModified(1_000_000_000_000)
        shelf.open("model")
        assertEquals(1_000_000_000_000, vocabulary.lastModified())
        vocabulary.appendText("more")
        shelf.open("model")
        File(assets, "bundles/model").deleteRecursively()
        pack("classifier", "model")
        assertEquals("text-classification", shelf.open("model").manifest.task)
        assertEquals(listOf("model"), copies.list().orEmpty().toList())
    }

    @Test
    fun `a half copy is not taken for a whole one`() {
        pack("tiny", "model")
        val half = File(copies, ".half-model").apply { mkdirs() }
        File(half, MANIFEST_NAME).writeText("{")
        assertEquals("feature-extraction", shelf.open("model").manifest.task)
        assertEquals(false, half.exists())
    }

    @Test
    fun `a bundle that is damaged or missing is named`() {
        push("tiny", "model")
        File(pushed, "model/tokenizer/vocab.txt").appendText("more")
        val damaged = assertFailsWith<CheckFailedException> { shelf.open("model") }
        assertContains(damaged.message.orEmpty(), "copy or export the bundle again")
        File(pushed, "model/$MANIFEST_NAME").writeText("{")
        assertFailsWith<BadInputException> { shelf.open("model") }
        val missing = assertFailsWith<BadInputException> { shelf.open("other") }
        assertContains(missing.message.orEmpty(), "bundle other: not found")
    }

    @Test
    fun `a copy that cannot be written is told`() {
        pack("tiny", "model")
        copies.writeText("a file in the way")
        val error = assertFailsWith<BadInputException> { shelf.open("model") }
        assertContains(error.message.orEmpty(), "cannot be copied from the app")
    }
}

/** A folder in the place of Android's assets. */
private class FolderFiles(private val root: File) : PackedFiles {
    override fun list(path: String): List<String> = File(root, path).list().orEmpty().toList()

    override fun open(path: String): InputStream {
        val file = File(root, path)
        if (!file.isFile) throw FileNotFoundException(path)
        return file.inputStream()
    }
}
