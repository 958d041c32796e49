package dev.edgebert.screens.settings

import dev.edgebert.core.Recording
import dev.edgebert.core.bundle.Mode
import kotlin.test.Test
import kotlin.test.assertEquals

class SettingsTest {
    private val all = Settings("model", "onnxruntime", Mode.DYNAMIC, bucket = 32, threads = 2)

    @Test
    fun `settings survive being kept`() {
        assertEquals(all, Settings.ofTexts(all.toTexts()))
        assertEquals(Settings(), Settings.ofTexts(Settings().toTexts()))
    }

    @Test
    fun `what cannot be read is automatic`() {
        val kept = mapOf("bundle" to 3, "mode" to "octal", "bucket" to "-1", "threads" to "many")
        assertEquals(Settings(), Settings.ofTexts(kept))
    }

    @Test
    fun `options are what the bundle and the phone have`() {
        val recording = Recording("embedder")
        val options = optionsOf(listOf("model"), recording.bundle(), listOf(recording.engine()), cores = 6)
        val runners = listOf(Runner("onnxruntime", Mode.DYNAMIC), Runner("onnxruntime", Mode.FP32))
        assertEquals(Options(listOf("model"), runners, listOf(16, 32), listOf(1, 2, 4)), options)
        val none = optionsOf(emptyList(), bundle = null, listOf(recording.engine()), cores = 1)
        assertEquals(Options(emptyList(), emptyList(), emptyList(), listOf(1)), none)
    }

    @Test
    fun `settings that no longer fit become automatic`() {
        val runners = listOf(Runner("onnxruntime", Mode.DYNAMIC), Runner("litert", Mode.FP32))
        val options = Options(listOf("model"), runners, listOf(16, 32), listOf(1, 2))
        assertEquals(all, all.fitted(options))
        assertEquals(
            all.copy(engine = null, mode = null),
            all.copy(mode = Mode.FP32).fitted(options),
        )
        val gone = Settings("other", "executorch", mode = null, bucket = 64, threads = 8)
        assertEquals(Settings(), gone.fitted(options))
    }
}
