package dev.edgebert.core.tasks

import dev.edgebert.core.text.TextRange

/** What a model answered; which kind depends on the bundle's task. */
sealed interface Answer {
    /** Whether the end of a text was cut off because the model's longest input is shorter. */
    val truncated: Boolean
}

/**
 * A label and how sure the model is of it.
 *
 * @property score its probability; for a model with one label the raw output of the regression.
 */
data class LabelScore(val label: String, val score: Double)

/**
 * The likeliest labels of a text, a topic for example, best first; maybe none where a text may have
 * several.
 */
data class TextLabels(override val truncated: Boolean, val labels: List<LabelScore>) : Answer

/**
 * A span of a text with a label: a person, a place, a slot.
 *
 * @property label the label without its B- or I-.
 * @property score the mean probability of the labels of its tokens.
 * @property range where it stands in the original text, in code points.
 * @property text the span as it stands there.
 */
data class Entity(val label: String, val score: Double, val range: TextRange, val text: String)

/** The entities of a text, in its order. */
data class Entities(override val truncated: Boolean, val entities: List<Entity>) : Answer

/** The likeliest intents of a text, best first, and its slots, in its order. */
data class IntentAndSlots(
    override val truncated: Boolean,
    val labels: List<LabelScore>,
    val entities: List<Entity>,
) : Answer

/**
 * The best span of a context.
 *
 * @property text the span as it stands in the context; empty where the context has no token.
 * @property score the probability of its start times the probability of its end, in its window.
 * @property range where it stands in the context, in code points.
 */
data class ExtractedAnswer(
    override val truncated: Boolean,
    val text: String,
    val score: Double,
    val range: TextRange,
) : Answer

/**
 * One candidate for a mask.
 *
 * @property token the vocabulary entry.
 * @property score its probability.
 * @property text the whole text with this mask replaced; other masks stay.
 */
data class Fill(val token: String, val score: Double, val text: String)

/** A mask of the text with its candidates, best first; [range] in code points. */
data class Mask(val range: TextRange, val fills: List<Fill>)

/** The masks of a text, in its order. */
data class FilledMasks(override val truncated: Boolean, val masks: List<Mask>) : Answer

/** One of the choices: its place in the request from 0, its text and its probability. */
data class Choice(val index: Int, val text: String, val score: Double)

/** The choices of a request, best first. */
data class RankedChoices(override val truncated: Boolean, val choices: List<Choice>) : Answer

/** The embedding of a text; [cosine] compares two. */
class Embedding(override val truncated: Boolean, val values: FloatArray) : Answer

/** The tokens of a text with special tokens, and the state of each. */
class TokenStates(
    override val truncated: Boolean,
    val tokens: List<String>,
    val states: List<FloatArray>,
) : Answer
