package dev.edgebert.demo.benchmark

import android.app.Activity
import android.content.Intent
import android.os.Bundle
import android.view.WindowManager
import android.widget.TextView
import dev.edgebert.demo.DemoApp
import dev.edgebert.demo.R

/**
 * Measures what a computer asks for: each intent brings one job, see [ErrandRunner]. It is a screen
 * because an app in the background is slowed down. Only adb's shell and the system may start it.
 */
class ErrandActivity : Activity() {
    private val app get() = application as DemoApp

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        window.addFlags(WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON)
        val edge = resources.getDimensionPixelSize(R.dimen.edge)
        setContentView(
            TextView(this).apply {
                setText(R.string.errand)
                setTextColor(resources.getColor(R.color.text))
                setPadding(edge, edge, edge, edge)
            }
        )
        if (savedInstanceState == null) take(intent)
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        take(intent)
    }

    override fun onStop() {
        if (!isChangingConfigurations) app.errands.stop()
        super.onStop()
    }

    private fun take(intent: Intent) {
        app.chat.release() // its memory and its threads are not to be measured
        app.errands.start(intent.getStringExtra("name"), intent.getStringExtra("job"))
    }
}
