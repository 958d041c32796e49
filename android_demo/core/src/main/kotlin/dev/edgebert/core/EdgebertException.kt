package dev.edgebert.core

/**
 * What can go wrong in a way that a person can mend, told in one line: what was wrong, what was
 * found or expected, and the way out. An app can show the message as it is.
 */
sealed class EdgebertException(message: String, cause: Throwable?) :
    Exception(message.lineSequence().joinToString(" "), cause)

/** A wrong input: a file that is no bundle, a request that lacks a part, a text that is too long. */
class BadInputException(message: String, cause: Throwable? = null) :
    EdgebertException(message, cause)

/** A check that ran and did not hold: a hash, or a self-test. The bundle is not to be used. */
class CheckFailedException(message: String, cause: Throwable? = null) :
    EdgebertException(message, cause)
