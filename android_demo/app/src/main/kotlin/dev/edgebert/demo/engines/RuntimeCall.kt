package dev.edgebert.demo.engines

import dev.edgebert.core.BadInputException

/**
 * Calls a runtime; whatever it throws becomes the one line that core's engines promise. Runtimes
 * share no base of exceptions, and a native library that is missing is an error and no exception.
 */
internal inline fun <T> runtimeCall(problem: String, call: () -> T): T = try {
    call()
} catch (error: RuntimeException) {
    throw failure(problem, error)
} catch (error: LinkageError) {
    throw failure(problem, error)
}

internal fun failure(problem: String, error: Throwable): BadInputException {
    val reason = error.message?.lineSequence()?.firstOrNull() ?: error.javaClass.simpleName
    return BadInputException("$problem ($reason); check the bundle, or choose another engine", error)
}
