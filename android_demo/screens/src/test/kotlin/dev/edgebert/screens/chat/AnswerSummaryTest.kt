package dev.edgebert.screens.chat

import dev.edgebert.core.Reply
import dev.edgebert.core.tasks.Answer
import dev.edgebert.core.tasks.Choice
import dev.edgebert.core.tasks.Embedding
import dev.edgebert.core.tasks.Entities
import dev.edgebert.core.tasks.Entity
import dev.edgebert.core.tasks.ExtractedAnswer
import dev.edgebert.core.tasks.Fill
import dev.edgebert.core.tasks.FilledMasks
import dev.edgebert.core.tasks.IntentAndSlots
import dev.edgebert.core.tasks.LabelScore
import dev.edgebert.core.tasks.Mask
import dev.edgebert.core.tasks.RankedChoices
import dev.edgebert.core.tasks.TextLabels
import dev.edgebert.core.tasks.TokenStates
import dev.edgebert.core.text.TextRange
import kotlin.test.Test
import kotlin.test.assertEquals

class AnswerSummaryTest {
    private fun summary(answer: Answer, nearest: Nearest? = null) =
        summaryOf(Outcome.Answered(Reply(answer, listOf(5), listOf(16)), 1.0, nearest))

    private fun answered(headline: String, confidence: Double, vararg details: Pair<String, Double>) =
        AnswerSummary(
            AnswerKind.ANSWER,
            headline,
            confidence,
            details.map { Detail(it.first, it.second) },
            truncated = false,
        )

    @Test
    fun `the best comes first, the rest below`() {
        val labels = TextLabels(false, listOf(LabelScore("on", 0.7), LabelScore("off", 0.3)))
        assertEquals(answered("on", 0.7, "off" to 0.3), summary(labels))
        val choices = RankedChoices(false, listOf(Choice(1, "b", 0.9), Choice(0, "a", 0.1)))
        assertEquals(answered("b", 0.9, "a" to 0.1), summary(choices))
        val fills = listOf(Fill("x", 0.6, "an x [MASK]"), Fill("y", 0.2, "a y [MASK]"))
        val other = listOf(Fill("z", 0.5, "an [MASK] z"))
        val masks = FilledMasks(false, listOf(Mask(TextRange(3, 9), fills), Mask(TextRange(10, 16), other)))
        assertEquals(
            answered("an x [MASK]", 0.6, "a y [MASK]" to 0.2, "an [MASK] z" to 0.5),
            summary(masks),
        )
        val span = ExtractedAnswer(false, "kitchen", 0.8, TextRange(0, 7))
        assertEquals(answered("kitchen", 0.8), summary(span))
    }

    @Test
    fun `entities are as sure as the least sure of them`() {
        val entities = listOf(
            Entity("TIME", 0.9, TextRange(0, 5), "seven"),
            Entity("DATE", 0.6, TextRange(6, 14), "tomorrow"),
        )
        assertEquals(
            answered("seven, tomorrow", 0.6, "TIME: seven" to 0.9, "DATE: tomorrow" to 0.6),
            summary(Entities(false, entities)),
        )
    }

    @Test
    fun `an intent comes with its slots, and the other intents after them`() {
        val slots = listOf(Entity("time", 0.9, TextRange(11, 16), "seven"))
        val intents = listOf(LabelScore("alarm_set", 0.8), LabelScore("alarm_query", 0.1))
        assertEquals(
            answered("alarm_set", 0.8, "time: seven" to 0.9, "alarm_query" to 0.1),
            summary(IntentAndSlots(false, intents, slots)),
        )
        val none = IntentAndSlots(false, intents, entities = emptyList())
        assertEquals(answered("alarm_set", 0.8, "alarm_query" to 0.1), summary(none))
    }

    @Test
    fun `what is no answer has a kind of its own`() {
        assertEquals(AnswerKind.NOTHING_FOUND, summary(TextLabels(false, emptyList())).kind)
        assertEquals(AnswerKind.NOTHING_FOUND, summary(Entities(false, emptyList())).kind)
        val empty = ExtractedAnswer(false, "", 0.0, TextRange(0, 0))
        assertEquals(AnswerKind.NOTHING_FOUND, summary(empty).kind)
        val embedding = Embedding(truncated = true, floatArrayOf(1f))
        assertEquals(AnswerKind.FIRST_EMBEDDING, summary(embedding).kind)
        assertEquals(true, summary(embedding).truncated)
        val similar = summary(embedding, Nearest("before", 0.5))
        assertEquals(AnswerKind.SIMILAR_TEXT, similar.kind)
        assertEquals("before" to 0.5, similar.headline to similar.confidence)
        val states = TokenStates(false, listOf("[CLS]", "a"), listOf(floatArrayOf(1f), floatArrayOf(2f)))
        assertEquals(listOf(Detail("[CLS]", null), Detail("a", null)), summary(states).details)
    }
}
