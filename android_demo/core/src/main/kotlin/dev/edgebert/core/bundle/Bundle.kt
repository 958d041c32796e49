package dev.edgebert.core.bundle

import dev.edgebert.core.BadInputException
import dev.edgebert.core.CheckFailedException
import dev.edgebert.core.engine.Engine
import dev.edgebert.core.engine.Session
import dev.edgebert.core.engine.SessionSpec
import dev.edgebert.core.text.WordPieceTokenizer
import dev.edgebert.core.text.readVocabulary
import java.io.File
import java.io.IOException
import java.util.concurrent.ConcurrentHashMap

/**
 * An opened bundle: a folder on the file system. One that came in an app's assets is copied to
 * `filesDir` first; engines map a model from a file into memory, and the hashes check the copy.
 *
 * @property root its folder.
 * @property manifest what the folder holds.
 * @property digest SHA-256 of the manifest, which holds that of all other files.
 */
class Bundle private constructor(val root: File, val manifest: Manifest, val digest: String) {
    /** When the files that were found as exported had been written last, by path. */
    private val verifiedVersions = ConcurrentHashMap<String, Long>()

    /**
     * The tokenizer, made from the verified vocabulary at the first use.
     *
     * @throws CheckFailedException the vocabulary is not the exported one.
     * @throws BadInputException it lacks a special token.
     */
    val tokenizer: WordPieceTokenizer by lazy {
        val content = verified(manifest.vocabulary).readBytes()
        WordPieceTokenizer(readVocabulary(content, manifest.vocabulary), manifest.tokenizer)
    }

    /**
     * Finds an artifact.
     *
     * @param mode its precision; null takes the first there is of static, dynamic and fp32.
     * @throws BadInputException the bundle has none; the message lists those it has.
     */
    fun artifact(backend: Backend, mode: Mode? = null): Artifact {
        val fitting = manifest.artifacts.filter { it.backend == backend && mode in listOf(null, it.mode) }
        return fitting.minByOrNull { it.mode } ?: throw BadInputException(
            "$root: has no artifact for ${listOfNotNull(backend.key, mode?.key).joinToString(" ")}, " +
                "found ${manifest.artifacts.joinToString { "${it.backend.key} ${it.mode.key}" }}; " +
                "choose one of these or export the bundle again"
        )
    }

    /** Where a file of the bundle lies, by its path in the manifest. */
    fun path(name: String): File = File(root, name)

    /**
     * Where a file lies, after comparing its content with the manifest.
     *
     * It is hashed once, and again if it looks changed.
     *
     * @param name its path in the manifest.
     * @throws CheckFailedException it is missing, or its size or SHA-256 is another.
     * @throws BadInputException the manifest has no such file, or it cannot be read.
     */
    fun verified(name: String): File {
        val record = manifest.files[name]
            ?: throw BadInputException("$root: $name is none of the files in $MANIFEST_NAME")
        val file = path(name)
        if (!file.exists()) throw mismatch(file, "is missing")
        if (file.isFile && file.length() != record.size) {
            throw mismatch(file, "has ${file.length()} bytes, expected ${record.size}")
        }
        val version = file.lastModified()
        if (verifiedVersions[name] != version) {
            checkHash(file, record)
            verifiedVersions[name] = version
        }
        return file
    }

    private fun checkHash(file: File, record: FileRecord) {
        val found = try {
            sha256Of(file)
        } catch (error: IOException) {
            throw BadInputException("$file: cannot be read (${error.message})", error)
        }
        if (found != record.sha256) {
            throw mismatch(file, "has SHA-256 ${found.take(12)}, expected ${record.sha256.take(12)}")
        }
    }

    /**
     * Reads the self-test's vectors.
     *
     * @throws CheckFailedException the file is not the exported one.
     * @throws BadInputException it is not a self-test of this format.
     */
    fun selfTestVectors(): List<SelfTestVector> {
        val file = verified(manifest.selfTest)
        return readSelfTestVectors(file.readBytes(), file.path)
    }

    /**
     * Opens an artifact on an engine, its hash verified first. The caller closes the session.
     *
     * @param mode its precision, as for [artifact].
     * @param threads for the engine; null leaves the number to it.
     * @throws CheckFailedException the artifact is not the exported one.
     * @throws BadInputException there is no such artifact, or the engine cannot load it.
     */
    fun openSession(engine: Engine, mode: Mode? = null, threads: Int? = null): Session {
        if (threads != null && threads < 1) {
            throw BadInputException("threads: found $threads, expected 1 or more, or none given")
        }
        val outputs = manifest.outputs.map { it.name }
        val spec = SessionSpec(manifest.inputs, outputs, manifest.buckets, threads)
        return engine.open(verified(artifact(engine.backend, mode).path), spec)
    }

    private fun mismatch(file: File, finding: String) = CheckFailedException(
        "$file: $finding; it is not the file that was exported: copy or export the bundle again"
    )

    companion object {
        /**
         * Opens a bundle's folder: reads and checks its manifest, but none of its other files yet.
         *
         * @throws BadInputException there is no such folder or no manifest in it; the manifest is
         *   not valid JSON, was made by a newer edgebert, holds something else than expected, or
         *   names a file outside of the folder.
         */
        fun open(root: File): Bundle {
            val source = File(root, MANIFEST_NAME)
            fun refuse(problem: String, error: Exception? = null): Nothing = throw BadInputException(
                "bundle $root: $problem; expected a folder that edgebert export wrote",
                error,
            )
            if (!root.exists()) refuse("no such folder")
            if (!root.isDirectory) refuse("is not a folder")
            if (!source.exists()) refuse("has no $MANIFEST_NAME")
            val content = try {
                source.readBytes()
            } catch (error: IOException) {
                refuse("$MANIFEST_NAME cannot be read (${error.message})", error)
            }
            val manifest = readManifest(content, source.path)
            checkInside(root, manifest)
            return Bundle(root, manifest, sha256Of(content))
        }
    }
}
