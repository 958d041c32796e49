package dev.edgebert.core.tasks

import dev.edgebert.core.BadInputException

/**
 * One question to a model.
 *
 * @property text the text; the question of question answering.
 * @property pair the second text of a pair; the context of question answering.
 * @property topK most candidates in the answer where a task ranks some; null for its default.
 * @throws BadInputException `topK` is below 1.
 */
data class Request(val text: String, val pair: String? = null, val topK: Int? = null) {
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
