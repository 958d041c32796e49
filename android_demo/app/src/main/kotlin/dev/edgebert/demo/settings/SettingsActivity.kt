package dev.edgebert.demo.settings

import android.app.Activity
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import android.view.View
import android.widget.AdapterView
import android.widget.ArrayAdapter
import android.widget.Spinner
import android.widget.TextView
import dev.edgebert.demo.DemoApp
import dev.edgebert.demo.R
import dev.edgebert.demo.chat.show
import dev.edgebert.screens.formatMegabytes
import dev.edgebert.screens.settings.Options
import dev.edgebert.screens.settings.Runner
import dev.edgebert.screens.settings.Settings
import dev.edgebert.screens.settings.SettingsScreen
import dev.edgebert.screens.settings.SettingsState
import java.util.Locale

/** Bundle, engine, bucket and threads. What is picked is used when the screen is left. */
class SettingsActivity : Activity() {
    private val app get() = application as DemoApp
    private val main = Handler(Looper.getMainLooper())
    private val facts by lazy { findViewById(R.id.facts) as TextView }
    private val bundle by lazy { findViewById(R.id.bundle) as Spinner }
    private val runner by lazy { findViewById(R.id.runner) as Spinner }
    private val bucket by lazy { findViewById(R.id.bucket) as Spinner }
    private val threads by lazy { findViewById(R.id.threads) as Spinner }

    private var screen: SettingsScreen? = null
    private var before = Settings()

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        setContentView(R.layout.activity_settings)
        app.worker.execute {
            val kept = app.settings.load()
            main.post { if (!isFinishing) open(kept) }
        }
    }

    /** What is picked is kept at once, so turning the phone loses nothing. */
    override fun onPause() {
        super.onPause()
        val picked = screen?.state?.settings ?: return
        if (picked != before) app.choose(picked)
        before = picked
    }

    private fun open(kept: Settings) {
        before = kept
        screen = SettingsScreen(
            worker = app.worker,
            shelf = { app.shelf },
            engines = app.engines,
            cores = Runtime.getRuntime().availableProcessors(),
            settings = kept,
            changed = { main.post(::draw) },
        )
    }

    private fun draw() {
        val state = screen?.state ?: return
        facts.show(describe(state))
        facts.setTextColor(resources.getColor(if (state.problem != null) R.color.problem else R.color.text))
        val options = state.options ?: return
        val picked = state.settings
        bundle.offer(options.bundles, picked.bundle, { it }) { pick { copy(bundle = it) } }
        val chosen = options.runners.firstOrNull { it.engine == picked.engine && it.mode == picked.mode }
        runner.offer(options.runners, chosen, ::name) { pick { copy(engine = it?.engine, mode = it?.mode) } }
        bucket.offer(options.buckets, picked.bucket, { getString(R.string.bucket_of, it) }) {
            pick { copy(bucket = it) }
        }
        threads.offer(options.threads, picked.threads, { it.toString() }) { pick { copy(threads = it) } }
    }

    private fun name(runner: Runner) = getString(R.string.runner_of, runner.engine, runner.mode.key)

    private fun pick(change: Settings.() -> Settings) {
        screen?.let { it.pick(it.state.settings.change()) }
    }

    private fun describe(state: SettingsState): String {
        val facts = state.facts
        val options: Options? = state.options
        return when {
            state.problem != null -> state.problem.orEmpty()
            options == null -> getString(R.string.looking)
            facts == null -> getString(R.string.no_bundle)
            else -> getString(
                R.string.bundle_facts,
                facts.task,
                facts.source,
                facts.license ?: getString(R.string.license_unknown),
                formatMegabytes(facts.bytes, Locale.getDefault()),
            )
        }
    }

    /** Fills a spinner: "automatic", then the values. */
    private fun <T> Spinner.offer(values: List<T>, picked: T?, name: (T) -> String, pick: (T?) -> Unit) {
        val names = listOf(getString(R.string.automatic)) + values.map(name)
        if (tag != names) {
            tag = names
            adapter = ArrayAdapter(this@SettingsActivity, android.R.layout.simple_spinner_item, names)
                .apply { setDropDownViewResource(android.R.layout.simple_spinner_dropdown_item) }
        }
        setSelection(if (picked == null) 0 else values.indexOf(picked) + 1)
        onItemSelectedListener = Picked { place -> pick(values.getOrNull(place - 1)) }
    }

    private class Picked(private val pick: (Int) -> Unit) : AdapterView.OnItemSelectedListener {
        override fun onItemSelected(parent: AdapterView<*>?, view: View?, position: Int, id: Long) =
            pick(position)

        override fun onNothingSelected(parent: AdapterView<*>?) = Unit
    }
}
