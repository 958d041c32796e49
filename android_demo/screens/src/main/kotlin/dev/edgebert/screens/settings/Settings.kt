package dev.edgebert.screens.settings

import dev.edgebert.core.bundle.Mode

/**
 * What the user picked; null is "automatic" everywhere.
 *
 * @property bundle its name on the shelf.
 * @property engine the engine's name.
 * @property mode the artifact's precision.
 * @property bucket the one length that texts are cut and padded to.
 * @property threads how many the engine may use.
 */
data class Settings(
    val bundle: String? = null,
    val engine: String? = null,
    val mode: Mode? = null,
    val bucket: Int? = null,
    val threads: Int? = null,
) {
    /** These settings as texts by name, to be kept in Android's `SharedPreferences`. */
    fun toTexts(): Map<String, String?> = mapOf(
        BUNDLE to bundle,
        ENGINE to engine,
        MODE to mode?.key,
        BUCKET to bucket?.toString(),
        THREADS to threads?.toString(),
    )

    companion object {
        private const val BUNDLE = "bundle"
        private const val ENGINE = "engine"
        private const val MODE = "mode"
        private const val BUCKET = "bucket"
        private const val THREADS = "threads"

        /** The settings that were kept; what cannot be read is automatic. */
        fun ofTexts(texts: Map<String, *>): Settings {
            fun text(name: String): String? = texts[name] as? String
            return Settings(
                bundle = text(BUNDLE),
                engine = text(ENGINE),
                mode = Mode.entries.firstOrNull { it.key == text(MODE) },
                bucket = text(BUCKET)?.toIntOrNull()?.takeIf { it > 0 },
                threads = text(THREADS)?.toIntOrNull()?.takeIf { it > 0 },
            )
        }
    }
}
