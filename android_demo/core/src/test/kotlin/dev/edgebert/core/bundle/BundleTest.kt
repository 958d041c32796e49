package dev.edgebert.core.bundle

import dev.edgebert.core.BadInputException
import dev.edgebert.core.CheckFailedException
import dev.edgebert.core.Recording
import java.io.File
import java.nio.file.Files
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertSame
import kotlin.test.assertTrue
import org.junit.Rule
import org.junit.rules.TemporaryFolder

/** Bundles that Python exported, as they are and damaged. */
class BundleTest {
    @get:Rule
    val temporary = TemporaryFolder()

    private val tiny = Recording("tiny")
    private val model = "model.static.onnx"

    private fun copy(): File =
        File(temporary.root, "tiny").also { tiny.folder.copyRecursively(it, overwrite = true) }

    @Test
    fun `exported bundles are whole and lead back to the same digest`() {
        for (name in listOf("tiny", "classifier", "answerer")) {
            val recording = Recording(name)
            val bundle = recording.bundle()
            assertEquals(recording.facts["digest"].text(), bundle.digest)
            assertEquals(recording.facts["task"].text(), bundle.manifest.task)
            val checks = checkFiles(bundle)
            assertEquals(bundle.manifest.files.keys.sorted(), checks.map { it.path })
            checks.forEach { assertIs<FileCheck.Intact>(it) }
            assertEquals(recording.facts["pad_id"].int(), bundle.tokenizer.padId)
            assertSame(bundle.tokenizer, bundle.tokenizer)
        }
    }

    @Test
    fun `an artifact is found by its backend and mode`() {
        val bundle = tiny.bundle()
        assertEquals(model, bundle.artifact(Backend.ONNX).path)
        assertEquals("model.fp32.onnx", bundle.artifact(Backend.ONNX, Mode.FP32).path)
        val message = "no artifact for litert, found onnx static, onnx fp32"
        assertRefused(message) { bundle.artifact(Backend.LITERT) }
        assertRefused("no artifact for onnx dynamic") { bundle.artifact(Backend.ONNX, Mode.DYNAMIC) }
    }

    @Test
    fun `folders that are no bundle are refused`() {
        assertRefused("no such folder") { Bundle.open(File(temporary.root, "absent")) }
        assertRefused("is not a folder") { Bundle.open(File(tiny.folder, "recipe.toml")) }
        assertRefused("has no manifest.json; expected a folder") { Bundle.open(temporary.newFolder()) }
        val odd = temporary.newFolder().also { File(it, MANIFEST_NAME).mkdir() }
        assertRefused("cannot be read") { Bundle.open(odd) }
    }

    @Test
    fun `a flipped byte is found before an engine sees it`() {
        val folder = copy()
        val content = File(folder, model).readBytes()
        content[content.size / 2] = (content[content.size / 2].toInt() xor 1).toByte()
        File(folder, model).writeBytes(content)
        val bundle = Bundle.open(folder)
        val engine = tiny.engine()
        assertDamaged("$model: has SHA-256") { bundle.openSession(engine) }
        assertEquals(0, engine.open)
        bundle.openSession(engine, Mode.FP32).close()
        val damaged = checkFiles(bundle).filterIsInstance<FileCheck.Damaged>()
        assertEquals(listOf(model), damaged.map { it.path })
        assertTrue("copy or export the bundle again" in damaged.single().problem)
    }

    @Test
    fun `a change after the first verification is found`() {
        val bundle = Bundle.open(copy())
        val recipe = bundle.verified("recipe.toml")
        recipe.writeText(recipe.readText().replace('t', 'T'))
        recipe.setLastModified(1000)
        assertDamaged("has SHA-256") { bundle.verified("recipe.toml") }
    }

    @Test
    fun `another size, a missing file and a file that does not belong are found`() {
        val bundle = Bundle.open(copy())
        bundle.path("recipe.toml").writeBytes(ByteArray(0))
        assertDamaged("has 0 bytes, expected 28") { bundle.verified("recipe.toml") }
        bundle.path("recipe.toml").delete()
        assertDamaged("is missing") { bundle.verified("recipe.toml") }
        bundle.path("tokenizer/notes.txt").writeText("x")
        val damaged = checkFiles(bundle).filterIsInstance<FileCheck.Damaged>()
        assertEquals(listOf("recipe.toml", "tokenizer/notes.txt"), damaged.map { it.path })
        assertRefused("none of the files in manifest.json") { bundle.verified("tokenizer/notes.txt") }
    }

    @Test
    fun `a signature belongs to the bundle`() {
        val bundle = Bundle.open(copy())
        bundle.path(SIGNATURE_NAME).writeText("{}")
        assertTrue(checkFiles(bundle).all { it is FileCheck.Intact })
    }

    @Test
    fun `a damaged vocabulary is found`() {
        val bundle = Bundle.open(copy())
        bundle.path("recipe.toml").copyTo(bundle.path("tokenizer/vocab.txt"), overwrite = true)
        assertDamaged("vocab.txt: has 28 bytes") { bundle.tokenizer }
    }

    @Test
    fun `a link that leaves the folder is refused`() {
        val folder = copy()
        val elsewhere = temporary.newFile()
        File(folder, "recipe.toml").copyTo(elsewhere, overwrite = true)
        File(folder, "recipe.toml").delete()
        Files.createSymbolicLink(File(folder, "recipe.toml").toPath(), elsewhere.toPath())
        assertRefused("recipe.toml is a link that leaves the folder") { Bundle.open(folder) }
    }

    @Test
    fun `self-test vectors that are none are refused`() {
        val folder = copy()
        val content = """{"vectors": [{"text": 5}]}"""
        val manifest = File(folder, MANIFEST_NAME)
        val before = Bundle.open(folder).manifest.files.getValue("self_test.json")
        File(folder, "self_test.json").writeText(content)
        val after = File(folder, "self_test.json")
        val text = manifest.readText()
            .replace(before.sha256, sha256Of(after))
            .replace("\"size\": ${before.size}", "\"size\": ${after.length()}")
        manifest.writeText(text)
        val message = "self_test.json: found 5, expected a text at $.vectors[0].text"
        assertRefused(message) { Bundle.open(folder).selfTestVectors() }
    }

    @Test
    fun `less than one thread is refused`() {
        assertRefused("threads: found 0") { tiny.bundle().openSession(tiny.engine(), threads = 0) }
    }

    private fun assertRefused(message: String, block: () -> Unit) {
        val found = assertFailsWith<BadInputException> { block() }.message.orEmpty()
        assertTrue(message in found && '\n' !in found, found)
    }

    private fun assertDamaged(message: String, block: () -> Unit) {
        val found = assertFailsWith<CheckFailedException> { block() }.message.orEmpty()
        assertTrue(message in found && '\n' !in found, found)
    }
}
