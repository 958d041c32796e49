package dev.edgebert.demo.settings

import android.content.Context
import dev.edgebert.screens.settings.Settings

/** Keeps the settings on the device. */
class SettingsStore(context: Context) {
    private val preferences by lazy { context.getSharedPreferences("settings", Context.MODE_PRIVATE) }

    /** What was kept; reads a file the first time, so not for the main thread. */
    fun load(): Settings = Settings.ofTexts(preferences.all)

    /** Keeps settings; returns at once. */
    fun save(settings: Settings) {
        val editor = preferences.edit().clear()
        settings.toTexts().forEach { (name, value) -> if (value != null) editor.putString(name, value) }
        editor.apply()
    }
}
