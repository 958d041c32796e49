package dev.edgebert.screens.chat

import dev.edgebert.core.tasks.Request

/** What a request of a task is typed into: one field, and for some tasks a second one. */
enum class Form {
    /** One text. */
    TEXT,

    /** One text with a mask in it. */
    MASKED_TEXT,

    /** A text, and a second one that may stay empty. */
    PAIR,

    /** A question, and the text that holds the answer. */
    CONTEXT,

    /** A prompt, and the choices, one on each line. */
    CHOICES,
    ;

    /** Whether there is a second field. */
    val hasSecond: Boolean get() = this in listOf(PAIR, CONTEXT, CHOICES)

    /** The request that was typed, or null where the first field is blank: nothing was asked. */
    fun request(first: String, second: String): Request? {
        if (first.isBlank()) return null
        return when (this) {
            TEXT, MASKED_TEXT -> Request(first)
            PAIR -> Request(first, second.takeIf { it.isNotBlank() })
            CONTEXT -> Request(first, second)
            CHOICES -> Request(first, choices = second.lines().filter { it.isNotBlank() })
        }
    }

    companion object {
        /** The form of a task by its name in the manifest. */
        fun of(task: String): Form = when (task) {
            "text-classification" -> PAIR
            "question-answering" -> CONTEXT
            "multiple-choice" -> CHOICES
            "fill-mask" -> MASKED_TEXT
            else -> TEXT
        }
    }
}
