package dev.edgebert.core.text

import dev.edgebert.core.golden
import java.util.zip.CRC32
import kotlin.test.Test
import kotlin.test.assertEquals

/** All 1,112,064 code points, in a word and alone, by the checksums of code_points.json. */
class CodePointsGoldenTest {
    private val file = golden("code_points.json")
    private val tables = UnicodeTables.shared

    @Test
    fun uncased() = assertEquals(expected("uncased"), found(TokenizerConfig()))

    @Test
    fun cased() = assertEquals(expected("cased"), found(TokenizerConfig(lowercase = false)))

    private fun expected(name: String): List<String> = file[name].items().map { it.text() }

    private fun found(config: TokenizerConfig): List<String> {
        val normalizer = Normalizer(tables, config)
        return (0..Character.MAX_CODE_POINT).chunked(file["block_size"].int()) { block ->
            val crc = CRC32()
            block.filterNot { it in SURROGATES }
                .forEach { crc.update("${words(normalizer, it)}\n".toByteArray()) }
            crc.value.toString(radix = 16).padStart(8, '0')
        }
    }

    private fun words(normalizer: Normalizer, code: Int): String {
        val text = intArrayOf('a'.code, code, 'b'.code, ' '.code, code)
        val normalized = normalizer.normalize(text).codePoints
        return WordSplitter(tables).split(normalized)
            .joinToString(" ") { String(normalized, it.start, it.end - it.start) }
    }

    private companion object {
        val SURROGATES = 0xD800..0xDFFF
    }
}
