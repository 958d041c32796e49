package dev.edgebert.screens.chat

import dev.edgebert.core.Reply
import dev.edgebert.core.bundle.Mode
import dev.edgebert.core.tasks.Request

/** All that the chat screen shows; a new one for each change. */
data class ChatState(
    val model: ModelState = ModelState.Closed,
    val turns: List<Turn> = emptyList(),
)

/** The model behind the chat. */
sealed interface ModelState {
    /** None has been opened yet. */
    data object Closed : ModelState

    /** One is being checked and loaded. */
    data object Opening : ModelState

    /** It answers; [loaded] is false while its memory is given back, until the next question. */
    data class Ready(val model: ModelFacts, val loaded: Boolean) : ModelState

    /** It could not be opened; [problem] says in one line why. */
    data class Failed(val problem: String) : ModelState
}

/**
 * What is known of an opened model.
 *
 * @property bundle the bundle's name on the shelf.
 * @property bucket the chosen one; null for the shortest that fits.
 * @property threads null for the engine's own choice.
 */
data class ModelFacts(
    val bundle: String,
    val task: String,
    val engine: String,
    val mode: Mode,
    val bucket: Int?,
    val threads: Int?,
) {
    val form: Form get() = Form.of(task)
}

/** One question with what became of it. */
data class Turn(val number: Int, val request: Request, val outcome: Outcome)

/** What became of a question. */
sealed interface Outcome {
    /** Not yet answered. */
    data object Waiting : Outcome

    /**
     * Answered.
     *
     * @property milliseconds from the text to the answer; opening the model is not part of it.
     * @property nearest for an embedding the earlier text that is most alike.
     */
    data class Answered(
        val reply: Reply,
        val milliseconds: Double,
        val nearest: Nearest?,
    ) : Outcome

    /** Refused, or failed; [problem] says in one line why. */
    data class Failed(val problem: String) : Outcome
}

/** A text and how alike it is to another one: the cosine of their embeddings, -1 to 1. */
data class Nearest(val text: String, val cosine: Double)
