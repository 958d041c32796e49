package dev.edgebert.core.text

import dev.edgebert.core.BadInputException
import java.util.Locale
import kotlin.concurrent.thread
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith

class WordPieceTokenizerTest {
    private val special = listOf("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    private val vocabulary = special + listOf("light", "##s", "i", "😀", "e", "!")
    private val tokenizer = WordPieceTokenizer(vocabulary, TokenizerConfig())

    @Test
    fun `positions count code points and lead back to the text`() {
        val text = "😀 Lights\u200b! 😀É"
        val encoding = tokenizer.encode(text, maxLength = 16)
        val pieces = encoding.offsets.drop(1).dropLast(1).map { text.substring(it) }
        assertEquals(listOf("😀", "Light", "s", "!", "😀É"), pieces)
        assertEquals(TextRange(0, 1), encoding.offsets[1])
        assertEquals(0 until 2, TextRange(0, 1).utf16Range(text))
        assertEquals(3 until 9, TextRange(2, 8).utf16Range(text))
    }

    @Test
    fun `lowercase does not depend on the locale`() {
        val before = Locale.getDefault()
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"))
            assertEquals(listOf(2, 7, 3), tokenizer.encode("I", maxLength = 8).inputIds)
        } finally {
            Locale.setDefault(before)
        }
    }

    @Test
    fun `lone surrogates are dropped, each at its own position`() {
        val encoding = tokenizer.encode("\uD83Dlight\uDE00 e", maxLength = 8)
        assertEquals(listOf(2, 5, 9, 3), encoding.inputIds)
        assertEquals(listOf(TextRange(1, 6), TextRange(8, 9)), encoding.offsets.subList(1, 3))
    }

    @Test
    fun `a typed special token is plain text, and the mask is one only where it is asked for`() {
        val text = "[SEP] light [MASK]e"
        val plain = tokenizer.encode(text, maxLength = 32).inputIds.drop(1).dropLast(1)
        assertEquals(0, plain.count { it in 2..4 })
        val masked = tokenizer.encode(text, maxLength = 32, allowMask = true)
        assertEquals(1, masked.inputIds.count { it == tokenizer.maskId })
        assertEquals(TextRange(12, 18), masked.offsets[masked.inputIds.indexOf(tokenizer.maskId)])
    }

    @Test
    fun `a long text costs no more than its beginning`() {
        val encoding = tokenizer.encode("light ".repeat(200_000), maxLength = 8)
        assertEquals(listOf(2, 5, 5, 5, 5, 5, 5, 3), encoding.inputIds)
    }

    @Test
    fun `several threads may share it`() {
        val expected = tokenizer.encode("lights É😀!", maxLength = 16)
        val found = arrayOfNulls<List<Encoding>>(4)
        val threads = found.indices.map { number ->
            thread { found[number] = List(500) { tokenizer.encode("lights É😀!", maxLength = 16) } }
        }
        threads.forEach { it.join() }
        assertEquals(setOf(expected), found.flatMap { it.orEmpty() }.toSet())
    }

    @Test
    fun `a vocabulary that cannot be used is refused`() {
        assertFails("lacks \"[MASK]\"") { WordPieceTokenizer(special.dropLast(1), TokenizerConfig()) }
        assertFails("stands twice, with ids 0 and 5") {
            WordPieceTokenizer(special + special.first(), TokenizerConfig())
        }
        assertFails("found no token") { WordPieceTokenizer(emptyList(), TokenizerConfig()) }
        assertFails("max_word_chars: found 0") {
            WordPieceTokenizer(special, TokenizerConfig(maxWordChars = 0))
        }
        assertFails("token id: found 11, expected 0 to 10") { tokenizer.token(11) }
    }

    @Test
    fun `a vocabulary file is read as it is`() {
        val content = "\uFEFFa\r\n\u2028\n\u00a0\nb".toByteArray()
        assertEquals(listOf("a", "\u2028", "\u00a0", "b"), readVocabulary(content, "v"))
        assertEquals(listOf("a", "", "b"), readVocabulary("a\n\nb\n".toByteArray(), "v"))
        assertFails("not UTF-8") { readVocabulary(byteArrayOf(0x61, 0xC3.toByte()), "v") }
        assertFails("token \"a\" stands twice") { readVocabulary("a\na\n".toByteArray(), "v") }
        assertFails("found no token") { readVocabulary(ByteArray(0), "v") }
    }

    private fun assertFails(message: String, block: () -> Unit) {
        val found = assertFailsWith<BadInputException> { block() }.message.orEmpty()
        assertEquals(true, message in found, found)
    }
}
