package dev.edgebert.demo

import android.app.Application
import android.content.pm.ApplicationInfo
import android.os.Handler
import android.os.Looper
import android.os.StrictMode
import dev.edgebert.core.engine.Engine
import dev.edgebert.demo.benchmark.RemoteProcess
import dev.edgebert.demo.benchmark.ResultFiles
import dev.edgebert.demo.engines.ExecutorchEngine
import dev.edgebert.demo.engines.LitertEngine
import dev.edgebert.demo.settings.SettingsStore
import dev.edgebert.screens.benchmark.BenchmarkRunner
import dev.edgebert.screens.benchmark.ErrandRunner
import dev.edgebert.screens.chat.Chat
import dev.edgebert.screens.chat.ModelState
import dev.edgebert.screens.chat.openModel
import dev.edgebert.screens.settings.Settings
import dev.edgebert.screens.shelf.BundleShelf
import java.io.File
import java.util.concurrent.Executor
import java.util.concurrent.Executors

/**
 * What outlives a screen: the model, the chat and a running benchmark. So turning the phone changes
 * nothing but the views.
 */
class DemoApp : Application() {
    /** Does the work, one job at a time; nothing but drawing happens on the main thread. */
    val worker: Executor by lazy { Executors.newSingleThreadExecutor() }

    /** The runtimes; the first is preferred where both can run an artifact of one precision. */
    val engines: List<Engine> by lazy { listOf(ExecutorchEngine(), LitertEngine()) }

    /** All bundles; asks the storage for its folder, so it is first used on [worker]. */
    val shelf: BundleShelf by lazy {
        val pushed = getExternalFilesDir(null)?.let { File(it, "bundles") }
        BundleShelf(AssetFiles(assets), File(filesDir, "bundles"), pushed)
    }

    val settings by lazy { SettingsStore(this) }

    val chat: Chat by lazy {
        Chat(worker, open = { openModel(shelf, engines, it) }) { main.post(::redraw) }
    }

    val results by lazy { ResultFiles(this) }

    val benchmark: BenchmarkRunner by lazy {
        // A worker of its own: a run takes minutes, and other screens must not wait for it.
        val own = Executors.newSingleThreadExecutor()
        BenchmarkRunner(own, RemoteProcess(this), save = { name, lines -> results.save(name, lines) }) {
            main.post(::redraw)
        }
    }

    /** What a computer asks for over adb. */
    val errands: ErrandRunner by lazy {
        val own = Executors.newSingleThreadExecutor()
        ErrandRunner(own, RemoteProcess(this)) { getExternalFilesDir(null) }
    }

    private val main by lazy { Handler(Looper.getMainLooper()) }
    private val screens = LinkedHashSet<Screen>()

    override fun onCreate() {
        super.onCreate()
        if (applicationInfo.flags and ApplicationInfo.FLAG_DEBUGGABLE != 0) {
            StrictMode.setThreadPolicy(StrictMode.ThreadPolicy.Builder().detectAll().penaltyLog().build())
        }
    }

    /** Opens the model of the kept settings, if none has been asked for. */
    fun openModelOnce() {
        if (chat.state.model != ModelState.Closed) return
        worker.execute { if (chat.state.model == ModelState.Closed) chat.use(settings.load()) }
    }

    /** Keeps what the user picked and opens that model. */
    fun choose(picked: Settings) {
        settings.save(picked)
        chat.use(picked)
    }

    /** Draws a screen now and at each change, until it is left; on the main thread. */
    fun show(screen: Screen) {
        screens += screen
        screen.draw()
    }

    fun leave(screen: Screen) {
        screens -= screen
    }

    private fun redraw() = screens.toList().forEach { it.draw() }

    /** The model is the only large thing in memory; the next question loads it again. */
    override fun onTrimMemory(level: Int) {
        super.onTrimMemory(level)
        val scarce = level == TRIM_MEMORY_RUNNING_LOW || level == TRIM_MEMORY_RUNNING_CRITICAL
        if (scarce || level >= TRIM_MEMORY_BACKGROUND) chat.release()
    }

    override fun onLowMemory() {
        super.onLowMemory()
        chat.release()
    }
}

/** A screen that shows what the app's state is. */
fun interface Screen {
    /** Called on the main thread. */
    fun draw()
}
