package dev.edgebert.core.bundle

import dev.edgebert.core.BadInputException
import dev.edgebert.core.EdgebertException
import java.io.File
import java.io.IOException
import java.security.MessageDigest

private const val BUFFER_BYTES = 1 shl 16

/** Whether one file is as exported. */
sealed interface FileCheck {
    /** Its path in the bundle. */
    val path: String

    /** It is. */
    data class Intact(override val path: String) : FileCheck

    /** It is not; [problem] says in one line why. */
    data class Damaged(override val path: String, val problem: String) : FileCheck
}

/** Compares every file of a bundle with the manifest, and finds files that do not belong to it. */
fun checkFiles(bundle: Bundle): List<FileCheck> {
    val recorded = bundle.manifest.files.keys.sorted().map { name ->
        try {
            bundle.verified(name)
            FileCheck.Intact(name)
        } catch (error: EdgebertException) {
            FileCheck.Damaged(name, error.message.orEmpty())
        }
    }
    val known = bundle.manifest.files.keys + MANIFEST_NAME + SIGNATURE_NAME
    val extra = bundle.root.walkTopDown().filter { it.isFile }
        .map { it.relativeTo(bundle.root).invariantSeparatorsPath }
        .filter { it !in known }
        .map { FileCheck.Damaged(it, "${bundle.path(it)}: is not part of the bundle; remove it") }
    return recorded + extra.sortedBy { it.path }
}

/** Refuses a bundle one of whose files is a link to somewhere else. */
internal fun checkInside(root: File, manifest: Manifest) {
    for (name in manifest.files.keys) {
        if (!staysInside(root, name)) {
            throw BadInputException(
                "bundle $root: file $name is a link that leaves the folder; " +
                    "copy the bundle with its files"
            )
        }
    }
}

private fun staysInside(root: File, name: String): Boolean = try {
    File(root, name).canonicalFile.startsWith(root.canonicalFile)
} catch (_: IOException) { // links in a circle
    false
}

/** The SHA-256 of a file's content in hex, read as a stream: it need not fit into memory. */
internal fun sha256Of(file: File): String {
    val digest = MessageDigest.getInstance("SHA-256")
    file.inputStream().use { stream ->
        val buffer = ByteArray(BUFFER_BYTES)
        var count = stream.read(buffer)
        while (count >= 0) {
            digest.update(buffer, 0, count)
            count = stream.read(buffer)
        }
    }
    return hex(digest.digest())
}

/** The SHA-256 of bytes in hex. */
internal fun sha256Of(content: ByteArray): String =
    hex(MessageDigest.getInstance("SHA-256").digest(content))

private fun hex(bytes: ByteArray): String =
    bytes.joinToString("") { (it.toInt() and 0xFF).toString(radix = 16).padStart(2, '0') }
