package dev.edgebert.demo.chat

import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.widget.BaseAdapter
import android.widget.TextView
import dev.edgebert.demo.R
import dev.edgebert.screens.chat.Outcome
import dev.edgebert.screens.chat.Turn
import dev.edgebert.screens.chat.summaryOf

/** The turns of a chat as rows of a list. */
class TurnsAdapter(
    private val inflater: LayoutInflater,
    private val words: AnswerWords,
) : BaseAdapter() {
    private var turns = emptyList<Turn>()

    fun show(next: List<Turn>) {
        if (next == turns) return
        turns = next
        notifyDataSetChanged()
    }

    override fun getCount() = turns.size

    override fun getItem(position: Int): Any = turns[position]

    override fun getItemId(position: Int) = turns[position].number.toLong()

    override fun hasStableIds() = true

    // Turns are for reading: a tap does nothing.
    override fun areAllItemsEnabled() = false

    override fun isEnabled(position: Int) = false

    override fun getView(position: Int, convertView: View?, parent: ViewGroup): View {
        val view = convertView ?: inflater.inflate(R.layout.item_turn, parent, false)
        fill(view, turns[position])
        return view
    }

    private fun fill(view: View, turn: Turn) {
        val request = turn.request
        val asked = listOfNotNull(request.text, request.pair?.ifEmpty { null }) + request.choices
        val question = view.line(R.id.question, asked.joinToString("\n"))
        question.contentDescription = words.asked(asked.joinToString("\n"))
        val outcome = turn.outcome
        val answered = outcome as? Outcome.Answered
        val summary = answered?.let(::summaryOf)
        val color = if (outcome is Outcome.Failed) R.color.problem else R.color.text
        view.line(R.id.headline, words.headline(outcome)).setTextColor(view.resources.getColor(color))
        view.line(R.id.confidence, summary?.let(words::confidence))
        view.line(R.id.details, summary?.let(words::details))
        view.line(R.id.latency, answered?.let(words::latency))
    }

    /** Sets a line's text; without one it takes no room and TalkBack passes it. */
    private fun View.line(id: Int, text: String?): TextView = (findViewById(id) as TextView).also {
        it.text = text.orEmpty()
        it.visibility = if (text.isNullOrEmpty()) View.GONE else View.VISIBLE
    }
}
