package dev.edgebert.screens.chat

import dev.edgebert.core.tasks.Embedding
import dev.edgebert.core.tasks.Entities
import dev.edgebert.core.tasks.Entity
import dev.edgebert.core.tasks.ExtractedAnswer
import dev.edgebert.core.tasks.FilledMasks
import dev.edgebert.core.tasks.IntentAndSlots
import dev.edgebert.core.tasks.RankedChoices
import dev.edgebert.core.tasks.TextLabels
import dev.edgebert.core.tasks.TokenStates

/** What an answer is, so that the screen can word it in the user's language. */
enum class AnswerKind {
    /** [AnswerSummary.headline] is the answer. */
    ANSWER,

    /** There is none in the text: no label, no entity, no span. */
    NOTHING_FOUND,

    /** The headline is the earlier text that is most alike. */
    SIMILAR_TEXT,

    /** An embedding with none before it to compare with. */
    FIRST_EMBEDDING,

    /** One vector a token; [AnswerSummary.details] has the tokens. */
    TOKEN_STATES,
}

/** A line below the headline. */
data class Detail(val text: String, val score: Double?)

/**
 * An answer as the chat shows it, whichever task it is of.
 *
 * @property confidence the model's, 0 to 1; a cosine for a similar text; null where there is none.
 * @property truncated whether the end of a text was cut off.
 */
data class AnswerSummary(
    val kind: AnswerKind,
    val headline: String,
    val confidence: Double?,
    val details: List<Detail>,
    val truncated: Boolean,
)

/** Sums up what was answered. */
fun summaryOf(outcome: Outcome.Answered): AnswerSummary {
    val answer = outcome.reply.answer
    fun summary(
        headline: String,
        confidence: Double?,
        details: List<Detail> = emptyList(),
        kind: AnswerKind = AnswerKind.ANSWER,
    ) = AnswerSummary(kind, headline, confidence, details, answer.truncated)
    return when (answer) {
        is TextLabels ->
            if (answer.labels.isEmpty()) summary("", null, kind = AnswerKind.NOTHING_FOUND)
            else answer.labels.map { Detail(it.label, it.score) }
                .let { summary(it.first().text, it.first().score, it.drop(1)) }
        is RankedChoices -> answer.choices.map { Detail(it.text, it.score) }
            .let { summary(it.first().text, it.first().score, it.drop(1)) }
        is IntentAndSlots -> {
            val (intent, others) = answer.labels.first() to answer.labels.drop(1)
            val slots = answer.entities.map(::entityDetail)
            summary(intent.label, intent.score, slots + others.map { Detail(it.label, it.score) })
        }
        is Entities -> {
            val found = answer.entities.map(::entityDetail)
            if (found.isEmpty()) summary("", confidence = null, kind = AnswerKind.NOTHING_FOUND)
            else summary(
                answer.entities.joinToString { it.text },
                confidence = answer.entities.minOf { it.score },
                details = found,
            )
        }
        is ExtractedAnswer ->
            if (answer.text.isEmpty()) summary("", null, kind = AnswerKind.NOTHING_FOUND)
            else summary(answer.text, answer.score)
        is FilledMasks -> {
            val fills = answer.masks.first().fills
            val more = answer.masks.drop(1).map { mask -> mask.fills.first() }
            summary(
                fills.first().text,
                fills.first().score,
                (fills.drop(1) + more).map { Detail(it.text, it.score) },
            )
        }
        is Embedding -> outcome.nearest
            ?.let { summary(it.text, it.cosine, kind = AnswerKind.SIMILAR_TEXT) }
            ?: summary("", null, kind = AnswerKind.FIRST_EMBEDDING)
        is TokenStates ->
            summary("", null, answer.tokens.map { Detail(it, null) }, AnswerKind.TOKEN_STATES)
    }
}

private fun entityDetail(entity: Entity) = Detail("${entity.label}: ${entity.text}", entity.score)
