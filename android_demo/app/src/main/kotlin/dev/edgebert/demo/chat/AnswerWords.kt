package dev.edgebert.demo.chat

import android.content.res.Resources
import dev.edgebert.demo.R
import dev.edgebert.screens.chat.AnswerKind
import dev.edgebert.screens.chat.AnswerSummary
import dev.edgebert.screens.chat.Form
import dev.edgebert.screens.chat.ModelState
import dev.edgebert.screens.chat.Outcome
import dev.edgebert.screens.chat.summaryOf
import dev.edgebert.screens.formatDecimal
import dev.edgebert.screens.formatMilliseconds
import dev.edgebert.screens.formatPercent
import java.util.Locale

/** Says what core found in the user's language. */
class AnswerWords(private val resources: Resources) {
    private val locale: Locale get() = Locale.getDefault()

    fun status(model: ModelState): String = when (model) {
        ModelState.Closed -> resources.getString(R.string.model_closed)
        ModelState.Opening -> resources.getString(R.string.model_opening)
        is ModelState.Failed -> model.problem
        is ModelState.Ready -> model.model.run {
            if (model.loaded) resources.getString(R.string.model_ready, bundle, task, engine, mode.key)
            else resources.getString(R.string.model_released, bundle)
        }
    }

    fun firstHint(form: Form): String = resources.getString(
        when (form) {
            Form.TEXT, Form.PAIR -> R.string.first_text
            Form.MASKED_TEXT -> R.string.first_masked
            Form.CONTEXT -> R.string.first_question
            Form.CHOICES -> R.string.first_prompt
        }
    )

    fun secondHint(form: Form): String = resources.getString(
        when (form) {
            Form.CONTEXT -> R.string.second_context
            Form.CHOICES -> R.string.second_choices
            else -> R.string.second_pair
        }
    )

    /** The first line of what became of a question. */
    fun headline(outcome: Outcome): String = when (outcome) {
        Outcome.Waiting -> resources.getString(R.string.waiting)
        is Outcome.Failed -> outcome.problem
        is Outcome.Answered -> headline(summaryOf(outcome))
    }

    /** What TalkBack says when a question is answered. */
    fun spoken(outcome: Outcome): String {
        val confidence = (outcome as? Outcome.Answered)?.let { confidence(summaryOf(it)) }
        return listOfNotNull(headline(outcome), confidence).joinToString(", ")
    }

    private fun headline(answer: AnswerSummary): String = when (answer.kind) {
        AnswerKind.ANSWER -> answer.headline
        AnswerKind.NOTHING_FOUND -> resources.getString(R.string.nothing_found)
        AnswerKind.SIMILAR_TEXT -> resources.getString(R.string.similar_text, answer.headline)
        AnswerKind.FIRST_EMBEDDING -> resources.getString(R.string.first_embedding)
        AnswerKind.TOKEN_STATES -> resources.getString(R.string.token_states)
    }

    fun confidence(answer: AnswerSummary): String? = answer.confidence?.let {
        if (answer.kind == AnswerKind.SIMILAR_TEXT) {
            resources.getString(R.string.similarity, formatDecimal(it, locale))
        } else {
            resources.getString(R.string.confidence, formatPercent(it, locale))
        }
    }

    fun details(answer: AnswerSummary): String = answer.details.joinToString("\n") { detail ->
        detail.score?.let {
            resources.getString(R.string.detail_scored, detail.text, formatPercent(it, locale))
        } ?: detail.text
    }

    fun latency(outcome: Outcome.Answered): String {
        val reply = outcome.reply
        val id = if (reply.answer.truncated) R.string.latency_truncated else R.string.latency
        return resources.getString(
            id,
            formatMilliseconds(outcome.milliseconds, locale),
            reply.tokens.joinToString(" + "),
            reply.buckets.distinct().joinToString(),
        )
    }

    fun asked(text: String): String = resources.getString(R.string.you_asked, text)
}
