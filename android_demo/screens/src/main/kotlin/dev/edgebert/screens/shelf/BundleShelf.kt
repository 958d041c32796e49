package dev.edgebert.screens.shelf

import dev.edgebert.core.BadInputException
import dev.edgebert.core.CheckFailedException
import dev.edgebert.core.EdgebertException
import dev.edgebert.core.bundle.Bundle
import dev.edgebert.core.bundle.FileCheck
import dev.edgebert.core.bundle.MANIFEST_NAME
import dev.edgebert.core.bundle.checkFiles
import java.io.File
import java.io.IOException
import java.io.InputStream

/** The files that came with the app, as Android's `AssetManager` gives them. */
interface PackedFiles {
    /** The names in a folder; none for a file, or where there is nothing. */
    fun list(path: String): List<String>

    /** @throws IOException there is no such file. */
    fun open(path: String): InputStream
}

/**
 * The bundles that the app can use: those pushed to the device, and those packed into the app.
 *
 * An engine maps a model from a file, so a packed bundle is copied to the app's files at its first
 * use. All calls read or write files and belong on a background thread.
 *
 * @param packed the app's assets; bundles are the folders within `bundles`.
 * @param copies where packed bundles are copied to.
 * @param pushed where bundles are pushed to; null where the device has no such storage now.
 */
class BundleShelf(
    private val packed: PackedFiles,
    private val copies: File,
    private val pushed: File?,
) {
    /** The names of all bundles, each once, in order. */
    fun names(): List<String> = (pushedNames() + packed.list(PACKED_ROOT)).distinct().sorted()

    /**
     * Opens a bundle and checks every file of it. Of two with one name, the pushed one is taken.
     *
     * @throws BadInputException there is no such bundle, it cannot be copied, or its manifest is not
     *   one.
     * @throws CheckFailedException a file is not the exported one.
     */
    fun open(name: String): Bundle {
        val bundle = Bundle.open(folderOf(name))
        val damaged = checkFiles(bundle).firstNotNullOfOrNull { it as? FileCheck.Damaged }
        if (damaged != null) throw CheckFailedException(damaged.problem)
        return bundle
    }

    private fun pushedNames(): List<String> =
        pushed?.listFiles().orEmpty().filter { it.isDirectory }.map { it.name }

    private fun folderOf(name: String): File = when (name) {
        in pushedNames() -> File(pushed, name)
        in packed.list(PACKED_ROOT) -> copied(name)
        else -> throw BadInputException(
            "bundle $name: not found, neither in the app nor in $pushed; push it again"
        )
    }

    /** The copy of a packed bundle; made anew where the app brought another one since. */
    private fun copied(name: String): File {
        val target = File(copies, name)
        try {
            if (!isCurrent(target, "$PACKED_ROOT/$name")) {
                val half = File(copies, "$HALF_PREFIX$name")
                half.deleteRecursively()
                copy("$PACKED_ROOT/$name", half)
                target.deleteRecursively()
                if (!half.renameTo(target)) throw IOException("cannot rename $half")
            }
        } catch (error: IOException) {
            throw BadInputException(
                "bundle $name: cannot be copied from the app (${error.message}); free some storage",
                error,
            )
        }
        return target
    }

    /** Whether a copy is of the bundle that the app has now, and intact. */
    private fun isCurrent(target: File, source: String): Boolean {
        val manifest = File(target, MANIFEST_NAME)
        if (!manifest.isFile) return false
        val own = packed.open("$source/$MANIFEST_NAME").use { it.readBytes() }
        return own.contentEquals(manifest.readBytes()) && isIntact(target)
    }

    private fun isIntact(folder: File): Boolean = try {
        checkFiles(Bundle.open(folder)).all { it is FileCheck.Intact }
    } catch (_: EdgebertException) {
        false
    }

    private fun copy(source: String, target: File) {
        val names = packed.list(source)
        if (names.isEmpty()) {
            packed.open(source).use { from -> target.outputStream().use { from.copyTo(it) } }
            return
        }
        if (!target.mkdirs()) throw IOException("cannot make $target")
        names.forEach { copy("$source/$it", File(target, it)) }
    }

    private companion object {
        const val PACKED_ROOT = "bundles"
        const val HALF_PREFIX = ".half-"
    }
}
