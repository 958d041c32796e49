package dev.edgebert.screens.chat

import dev.edgebert.core.Pipeline
import dev.edgebert.core.bench.Stopwatch
import dev.edgebert.core.tasks.Embedding
import dev.edgebert.core.tasks.Request
import dev.edgebert.core.tasks.cosine
import dev.edgebert.screens.problemOf
import dev.edgebert.screens.settings.Settings
import java.util.concurrent.Executor

/** A model that was opened, and what is known of it. */
class OpenedModel(val pipeline: Pipeline, val facts: ModelFacts)

/**
 * Asks a model one question after the other and keeps what was said.
 *
 * Every call returns at once and may come from any thread; the work is done by `worker`, which must
 * run one job at a time and in order.
 *
 * @param open opens a model by the user's settings; called on the worker.
 * @param changed told that [state] is another one; called on any thread.
 */
class Chat(
    private val worker: Executor,
    private val open: (Settings) -> OpenedModel,
    private val stopwatch: Stopwatch = Stopwatch(),
    private val changed: () -> Unit,
) {
    /** What the screen shows now. */
    @Volatile
    var state = ChatState()
        private set

    // Only the worker touches these two.
    private var pipeline: Pipeline? = null
    private var settings = Settings()

    /** Opens a model in place of the one before, whose turns go: they were another model's. */
    fun use(settings: Settings) {
        change { ChatState(ModelState.Opening) }
        worker.execute {
            this.settings = settings
            unload()
            load()
        }
    }

    /** Asks a question; its turn is in the state at once, its answer later. */
    fun ask(request: Request) {
        val turn = change { before ->
            val number = (before.turns.lastOrNull()?.number ?: 0) + 1
            val turns = before.turns + Turn(number, request, Outcome.Waiting)
            before.copy(turns = turns.takeLast(MOST_TURNS))
        }.turns.last()
        worker.execute { settle(turn, answer(turn)) }
    }

    /** Gives the model's memory back; the next question loads it again. */
    fun release() = worker.execute {
        val ready = state.model as? ModelState.Ready ?: return@execute
        unload()
        change { it.copy(model = ready.copy(loaded = false)) }
    }

    private fun unload() {
        pipeline?.close()
        pipeline = null
    }

    private fun load(): Pipeline? {
        val model = try {
            val opened = open(settings)
            pipeline = opened.pipeline
            ModelState.Ready(opened.facts, loaded = true)
        } catch (error: Exception) {
            ModelState.Failed(problemOf(error) ?: throw error)
        }
        change { it.copy(model = model) }
        return pipeline
    }

    private fun answer(turn: Turn): Outcome {
        val model = pipeline ?: load() ?: return Outcome.Failed(problemOfModel())
        return try {
            val reply = stopwatch.time { model.run(turn.request) }
            val nearest = (reply.value.answer as? Embedding)?.let { nearestTo(it, turn) }
            Outcome.Answered(reply.value, reply.milliseconds, nearest)
        } catch (error: Exception) {
            Outcome.Failed(problemOf(error) ?: throw error)
        }
    }

    private fun problemOfModel(): String = (state.model as? ModelState.Failed)?.problem.orEmpty()

    private fun nearestTo(embedding: Embedding, turn: Turn): Nearest? =
        state.turns.filter { it.number < turn.number }.mapNotNull { earlier ->
            val answer = (earlier.outcome as? Outcome.Answered)?.reply?.answer as? Embedding
            answer?.let { Nearest(earlier.request.text, cosine(it.values, embedding.values)) }
        }.maxByOrNull { it.cosine }

    private fun settle(turn: Turn, outcome: Outcome) {
        change { before ->
            before.copy(turns = before.turns.map { if (it === turn) it.copy(outcome = outcome) else it })
        }
    }

    private fun change(next: (ChatState) -> ChatState): ChatState {
        val after = synchronized(this) { next(state).also { state = it } }
        changed()
        return after
    }

    private companion object {
        const val MOST_TURNS = 100
    }
}
