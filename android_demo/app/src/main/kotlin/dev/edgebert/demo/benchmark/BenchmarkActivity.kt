package dev.edgebert.demo.benchmark

import android.app.Activity
import android.content.ClipData
import android.content.Intent
import android.os.Bundle
import android.view.View
import android.widget.Button
import android.widget.ProgressBar
import android.widget.TextView
import dev.edgebert.core.BadInputException
import dev.edgebert.core.bench.utcNow
import dev.edgebert.demo.DemoApp
import dev.edgebert.demo.R
import dev.edgebert.demo.Screen
import dev.edgebert.demo.chat.show
import dev.edgebert.screens.benchmark.BenchmarkPlan
import dev.edgebert.screens.benchmark.BenchmarkState
import dev.edgebert.screens.benchmark.variantsFor

/** Measures what the settings name. A run survives turning the phone, and ends with the screen. */
class BenchmarkActivity : Activity() {
    private val app get() = application as DemoApp
    private val words by lazy { BenchmarkWords(resources) }
    private val screen = Screen { draw() }

    private val start by lazy { findViewById(R.id.start) as Button }
    private val share by lazy { findViewById(R.id.share) as Button }
    private val progress by lazy { findViewById(R.id.progress) as ProgressBar }
    private val status by lazy { findViewById(R.id.status) as TextView }
    private val chart by lazy { findViewById(R.id.chart) as ChartView }
    private val results by lazy { findViewById(R.id.results) as TextView }
    private val failures by lazy { findViewById(R.id.failures) as TextView }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        setContentView(R.layout.activity_benchmark)
        start.setOnClickListener {
            if (app.benchmark.state is BenchmarkState.Running) app.benchmark.stop() else measure()
        }
        share.setOnClickListener { shareRecords() }
    }

    override fun onStart() {
        super.onStart()
        app.show(screen)
    }

    override fun onStop() {
        app.leave(screen)
        if (!isChangingConfigurations) app.benchmark.stop()
        super.onStop()
    }

    private fun measure() {
        app.chat.release() // its memory and its threads are not to be measured
        app.benchmark.start {
            val settings = app.settings.load()
            val name = settings.bundle ?: app.shelf.names().firstOrNull()
                ?: throw BadInputException(getString(R.string.no_bundle))
            val bundle = app.shelf.open(name)
            val time = utcNow().filter { it.isDigit() }.take(TIME_DIGITS)
            BenchmarkPlan(
                bundle = bundle.root,
                run = "${phoneName()}-$time",
                target = phoneName(),
                variants = variantsFor(bundle, app.engines, settings),
            )
        }
    }

    private fun draw() {
        val state = app.benchmark.state
        val running = state as? BenchmarkState.Running
        val finished = state as? BenchmarkState.Finished
        start.show(getString(if (running != null) R.string.stop else R.string.start))
        progress.visibility = visibleIf(running != null)
        progress.progress = ((running?.share ?: 0.0) * progress.max).toInt()
        window.decorView.keepScreenOn = running != null
        status.show(words.status(state))
        val failed = state is BenchmarkState.Failed
        status.setTextColor(resources.getColor(if (failed) R.color.problem else R.color.text))
        drawResults(finished)
        share.visibility = visibleIf(finished != null)
    }

    private fun drawResults(finished: BenchmarkState.Finished?) {
        val shown = finished?.chart
        chart.visibility = visibleIf(shown != null)
        shown?.let { chart.show(it, { bar -> words.name(bar.variant) }, words::tick) }
        val rows = finished?.rows.orEmpty().joinToString("\n\n", transform = words::row)
        chart.contentDescription = rows
        results.show(rows)
        results.visibility = visibleIf(rows.isNotEmpty())
        failures.show(finished?.failures.orEmpty().joinToString("\n"))
        failures.visibility = visibleIf(failures.text.isNotEmpty())
    }

    private fun shareRecords() {
        val file = (app.benchmark.state as? BenchmarkState.Finished)?.file ?: return
        val address = ResultFiles.address(file)
        val send = Intent(Intent.ACTION_SEND).apply {
            type = "application/json"
            putExtra(Intent.EXTRA_STREAM, address)
            clipData = ClipData.newRawUri(file.name, address)
            addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
        }
        startActivity(Intent.createChooser(send, getString(R.string.share_with)))
    }

    private fun visibleIf(visible: Boolean) = if (visible) View.VISIBLE else View.GONE

    private companion object {
        const val TIME_DIGITS = 14 // year to second
    }
}
