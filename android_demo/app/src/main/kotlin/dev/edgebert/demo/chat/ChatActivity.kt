package dev.edgebert.demo.chat

import android.app.Activity
import android.content.Intent
import android.os.Bundle
import android.view.Menu
import android.view.MenuItem
import android.view.View
import android.view.inputmethod.EditorInfo
import android.widget.Button
import android.widget.EditText
import android.widget.ListView
import android.widget.TextView
import dev.edgebert.demo.DemoApp
import dev.edgebert.demo.R
import dev.edgebert.demo.Screen
import dev.edgebert.demo.benchmark.BenchmarkActivity
import dev.edgebert.demo.settings.SettingsActivity
import dev.edgebert.screens.chat.Form
import dev.edgebert.screens.chat.ModelState
import dev.edgebert.screens.chat.Outcome
import dev.edgebert.screens.chat.Turn

/** Questions and answers. Views keep what is typed when the phone is turned, the app all else. */
class ChatActivity : Activity() {
    private val app get() = application as DemoApp
    private val words by lazy { AnswerWords(resources) }
    private val turns by lazy { TurnsAdapter(layoutInflater, words) }
    private val screen = Screen { draw() }

    private val status by lazy { findViewById(R.id.status) as TextView }
    private val empty by lazy { findViewById(R.id.empty) as TextView }
    private val first by lazy { findViewById(R.id.first) as EditText }
    private val second by lazy { findViewById(R.id.second) as EditText }
    private val ask by lazy { findViewById(R.id.ask) as Button }

    private var form = Form.TEXT

    // The last turn whose answer was told to TalkBack; null until the screen is drawn.
    private var spoken: Int? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        setContentView(R.layout.activity_chat)
        (findViewById(R.id.turns) as ListView).apply {
            adapter = turns
            emptyView = empty
        }
        ask.setOnClickListener { send() }
        first.setOnEditorActionListener { _, action, _ ->
            (action == EditorInfo.IME_ACTION_SEND).also { if (it) send() }
        }
        app.openModelOnce()
    }

    override fun onStart() {
        super.onStart()
        app.show(screen)
    }

    override fun onStop() {
        app.leave(screen)
        super.onStop()
    }

    override fun onCreateOptionsMenu(menu: Menu): Boolean {
        menuInflater.inflate(R.menu.chat, menu)
        return true
    }

    override fun onOptionsItemSelected(item: MenuItem): Boolean {
        val next = when (item.itemId) {
            R.id.open_settings -> SettingsActivity::class.java
            R.id.open_benchmark -> BenchmarkActivity::class.java
            else -> return super.onOptionsItemSelected(item)
        }
        startActivity(Intent(this, next))
        return true
    }

    private fun send() {
        val request = form.request(first.text.toString(), second.text.toString()) ?: return
        app.chat.ask(request)
        first.setText("")
    }

    private fun draw() {
        val state = app.chat.state
        status.show(words.status(state.model))
        val failed = state.model is ModelState.Failed
        status.setTextColor(resources.getColor(if (failed) R.color.problem else R.color.text_weak))
        (state.model as? ModelState.Ready)?.let { use(it.model.form) }
        turns.show(state.turns)
        announce(state.turns)
    }

    /** Lets TalkBack say an answer when it comes, and not again when the screen is drawn anew. */
    private fun announce(turns: List<Turn>) {
        val last = turns.lastOrNull { it.outcome != Outcome.Waiting }
        val before = spoken
        spoken = last?.number ?: 0
        if (before == null || last == null || last.number <= before) return
        status.announceForAccessibility(words.spoken(last.outcome))
    }

    private fun use(next: Form) {
        form = next
        first.hint = words.firstHint(next)
        second.hint = words.secondHint(next)
        second.visibility = if (next.hasSecond) View.VISIBLE else View.GONE
    }
}

/** Sets a text where it is another one: TalkBack reads each text that is set. */
internal fun TextView.show(text: CharSequence) {
    if (this.text.toString() != text.toString()) this.text = text
}
