package dev.edgebert.demo.benchmark

import android.content.Context
import android.net.Uri
import java.io.File
import java.io.IOException

/** Files of records, which only this app can read until the user shares one. */
class ResultFiles(context: Context) {
    private val folder = File(context.filesDir, "results")

    /** Writes records, whole or not at all. */
    fun save(name: String, lines: List<String>): File {
        folder.mkdirs()
        val file = File(folder, "$name.jsonl")
        val half = File(folder, "$name.half")
        half.writeText(lines.joinToString("") { "$it\n" })
        if (!half.renameTo(file)) throw IOException("cannot rename ${half.name}")
        return file
    }

    /** The file of that name, or null: nothing outside of the folder can be named. */
    fun find(name: String?): File? = folder.listFiles().orEmpty().firstOrNull { it.name == name }

    companion object {
        private const val AUTHORITY = "dev.edgebert.demo.results"

        /** What another app reads a file by, once the user shared it. */
        fun address(file: File): Uri =
            Uri.Builder().scheme("content").authority(AUTHORITY).appendPath(file.name).build()
    }
}
