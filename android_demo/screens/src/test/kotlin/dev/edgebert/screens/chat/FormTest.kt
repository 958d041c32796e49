package dev.edgebert.screens.chat

import dev.edgebert.core.tasks.Request
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertNull

class FormTest {
    @Test
    fun `each task has its form`() {
        val second = listOf("text-classification", "question-answering", "multiple-choice")
        val first = listOf("token-classification", "feature-extraction", "fill-mask")
        assertEquals(listOf(Form.PAIR, Form.CONTEXT, Form.CHOICES), second.map(Form::of))
        assertEquals(second, (second + first).filter { Form.of(it).hasSecond })
    }

    @Test
    fun `what is typed becomes a request`() {
        assertEquals(Request("a"), Form.TEXT.request("a", "ignored"))
        assertEquals(Request("a"), Form.PAIR.request("a", " "))
        assertEquals(Request("a", "b"), Form.PAIR.request("a", "b"))
        assertEquals(Request("a", ""), Form.CONTEXT.request("a", ""))
        assertEquals(Request("a", choices = listOf("b", " c")), Form.CHOICES.request("a", "b\n\n c\n"))
        Form.entries.forEach { assertNull(it.request(" \n", "b")) }
    }
}
