package dev.edgebert.core.tasks

import dev.edgebert.core.BadInputException

/**
 * One question to a model.
 *
 * @property text the text; the question of question answering, the prompt of multiple choice.
 * @property pair the second text of a pair; the context of question answering.
 * @property choices the texts of multiple choice.
 * @property topK most candidates in the answer where a task ranks some; null for its default.
 * @throws BadInputException `topK` is below 1.
 */
data class Request(
    val text: String,
    val pair: String? = null,
    val choices: List<String> = emptyList(),
    val topK: Int? = null,
) {
    init {
        if (topK != null && topK < 1) {
            throw BadInputException("top_k: found $topK, expected 1 or more candidates")
        }
    }
}

internal fun Request.refusePair(task: String) {
    if (pair != null) {
        throw BadInputException("$task: found a second text, expected one text a request")
    }
}

internal fun Request.refuseChoices(task: String) {
    if (choices.isNotEmpty()) {
        throw BadInputException(
            "$task: found ${choices.size} choices, expected none; " +
                "only a multiple-choice model chooses among texts"
        )
    }
}
