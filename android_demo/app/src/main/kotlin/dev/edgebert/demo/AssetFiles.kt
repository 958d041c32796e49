package dev.edgebert.demo

import android.content.res.AssetManager
import dev.edgebert.screens.shelf.PackedFiles
import java.io.InputStream

/** The app's assets. */
class AssetFiles(private val assets: AssetManager) : PackedFiles {
    override fun list(path: String): List<String> = assets.list(path).orEmpty().toList()

    override fun open(path: String): InputStream = assets.open(path)
}
