package dev.edgebert.screens

import dev.edgebert.core.EdgebertException
import java.io.IOException

/**
 * What a screen says of an exception, in one line; null for one that a user can do nothing about,
 * which is a mistake in the code and is to be thrown on.
 */
internal fun problemOf(error: Exception): String? = when (error) {
    is EdgebertException -> error.message
    is IOException -> "a file cannot be read or written (${error.message}); look at the storage"
    else -> null
}
