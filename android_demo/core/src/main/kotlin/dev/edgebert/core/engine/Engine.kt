package dev.edgebert.core.engine

import dev.edgebert.core.BadInputException
import dev.edgebert.core.bundle.Backend
import java.io.File

/** A runtime that can open artifacts of one backend. */
interface Engine {
    /** As records name it: "executorch", "litert". */
    val name: String

    /** What it runs. */
    val backend: Backend

    /** The runtime's version. */
    val version: String

    /**
     * Opens an artifact, whose hash has been checked.
     *
     * @throws BadInputException the runtime cannot load the file.
     */
    fun open(file: File, spec: SessionSpec): Session
}

/**
 * What an artifact is opened for.
 *
 * @property inputs the names of its inputs; an engine that takes them by position, in this order.
 * @property outputs the names of its outputs, in their order.
 * @property buckets the input lengths that it was made for.
 * @property threads how many the engine may use; null leaves that to the engine.
 */
data class SessionSpec(
    val inputs: List<String>,
    val outputs: List<String>,
    val buckets: List<Int>,
    val threads: Int?,
)

/** An opened artifact, ready to run; one thread at a time may use it. */
interface Session : AutoCloseable {
    /**
     * Runs one padded text.
     *
     * @param inputs by name one value a token, int32 [1, bucket]; the bucket is their length.
     * @return the outputs by name, with a leading batch axis of one.
     * @throws BadInputException the runtime failed.
     */
    fun run(inputs: Map<String, IntArray>): Map<String, Tensor>
}
