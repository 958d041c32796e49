package dev.edgebert.screens.settings

import dev.edgebert.core.bundle.Bundle
import dev.edgebert.core.engine.Engine
import dev.edgebert.screens.problemOf
import dev.edgebert.screens.shelf.BundleShelf
import java.util.concurrent.Executor

/**
 * What the settings screen shows.
 *
 * @property settings what is picked, as far as the options have it.
 * @property options null until they are known.
 * @property facts what is known of the chosen bundle, or null.
 * @property problem why the chosen bundle cannot be used, in one line, or null.
 */
data class SettingsState(
    val settings: Settings,
    val options: Options? = null,
    val facts: BundleFacts? = null,
    val problem: String? = null,
)

/** What a user may want to know of a bundle; [bytes] is the size of all its files. */
data class BundleFacts(val task: String, val source: String, val license: String?, val bytes: Long)

/**
 * The settings screen's work. Calls return at once; files are read on `worker`.
 *
 * @param cores processors that the app may use.
 * @param changed told that [state] is another one, on any thread.
 */
class SettingsScreen(
    private val worker: Executor,
    private val shelf: () -> BundleShelf,
    private val engines: List<Engine>,
    private val cores: Int,
    settings: Settings,
    private val changed: () -> Unit,
) {
    /** What the screen shows now. */
    @Volatile
    var state = SettingsState(settings)
        private set

    init {
        look(settings)
    }

    /** Picks something else. */
    fun pick(settings: Settings) {
        val before = state
        if (settings == before.settings) return
        show(before.copy(settings = settings))
        if (settings.bundle != before.settings.bundle) look(settings)
    }

    /** Finds out what there is to pick from. */
    private fun look(settings: Settings) = worker.execute {
        val names = shelf().names()
        val name = settings.bundle?.takeIf { it in names } ?: names.firstOrNull()
        var problem: String? = null
        val bundle = try {
            name?.let { shelf().open(it) }
        } catch (error: Exception) {
            problem = problemOf(error) ?: throw error
            null
        }
        val options = optionsOf(names, bundle, engines, cores)
        show(SettingsState(state.settings.fitted(options), options, bundle?.let(::factsOf), problem))
    }

    private fun factsOf(bundle: Bundle) = bundle.manifest.run {
        BundleFacts(task, source.name, source.license, files.values.sumOf { it.size })
    }

    private fun show(next: SettingsState) {
        state = next
        changed()
    }
}
