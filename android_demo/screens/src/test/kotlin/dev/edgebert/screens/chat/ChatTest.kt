package dev.edgebert.screens.chat

import dev.edgebert.core.BadInputException
import dev.edgebert.core.Pipeline
import dev.edgebert.core.RecordedEngine
import dev.edgebert.core.Recording
import dev.edgebert.core.bundle.Mode
import dev.edgebert.core.tasks.Request
import dev.edgebert.core.tasks.TextLabels
import dev.edgebert.screens.settings.Settings
import java.io.IOException
import java.util.ArrayDeque
import java.util.concurrent.Executor
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** Conversations with bundles that Python exported, step by step. */
class ChatTest {
    private val jobs = ArrayDeque<Runnable>()
    private var engine: RecordedEngine? = null
    private var changes = 0

    private fun chat(name: String): Chat {
        val recording = Recording(name)
        return Chat(
            worker = Executor { jobs.add(it) },
            open = { settings ->
                if (settings.bundle == "missing") throw BadInputException("bundle missing: not found")
                if (settings.bundle == "pulled") throw IOException("no card")
                val opened = recording.engine().also { engine = it }
                val mode = settings.mode ?: Mode.FP32
                val facts = ModelFacts(name, recording.bundle().manifest.task, opened.name, mode, null, null)
                OpenedModel(Pipeline.open(recording.bundle(), opened, mode), facts)
            },
        ) { changes++ }
    }

    private fun work() {
        while (jobs.isNotEmpty()) jobs.remove().run()
    }

    private fun texts(name: String) =
        Recording(name).facts["replies"].items().map { it["text"].text() }.distinct()

    @Test
    fun `a question waits, and is answered`() {
        val chat = chat("classifier")
        assertEquals(ChatState(), chat.state)
        chat.use(Settings())
        assertEquals(ModelState.Opening, chat.state.model)
        work()
        assertTrue(assertIs<ModelState.Ready>(chat.state.model).loaded)
        chat.ask(Request("turn on the light"))
        assertEquals(Outcome.Waiting, chat.state.turns.single().outcome)
        work()
        val outcome = assertIs<Outcome.Answered>(chat.state.turns.single().outcome)
        assertIs<TextLabels>(outcome.reply.answer)
        assertTrue(outcome.milliseconds > 0)
        assertEquals(4, changes)
    }

    @Test
    fun `a question that was asked before the model is there is answered too`() {
        val chat = chat("classifier")
        chat.ask(Request("turn on the light"))
        work()
        assertIs<Outcome.Answered>(chat.state.turns.single().outcome)
    }

    @Test
    fun `a refused question leaves the next one alone`() {
        val chat = chat("classifier")
        chat.ask(Request("turn on the light", choices = listOf("a", "b")))
        chat.ask(Request("turn on the light"))
        work()
        val (first, second) = chat.state.turns
        assertTrue("found 2 choices" in assertIs<Outcome.Failed>(first.outcome).problem)
        assertIs<Outcome.Answered>(second.outcome)
        assertEquals(listOf(1, 2), chat.state.turns.map { it.number })
    }

    @Test
    fun `a model that cannot be opened is told, and another one can be used`() {
        val chat = chat("classifier")
        chat.use(Settings(bundle = "missing"))
        chat.ask(Request("turn on the light"))
        work()
        assertEquals(ModelState.Failed("bundle missing: not found"), chat.state.model)
        assertEquals(Outcome.Failed("bundle missing: not found"), chat.state.turns.single().outcome)
        chat.use(Settings())
        assertEquals(emptyList(), chat.state.turns)
        work()
        assertIs<ModelState.Ready>(chat.state.model)
    }

    @Test
    fun `storage that goes away is told`() {
        val chat = chat("classifier")
        chat.use(Settings(bundle = "pulled"))
        work()
        assertTrue("no card" in assertIs<ModelState.Failed>(chat.state.model).problem)
    }

    @Test
    fun `memory is given back until the next question`() {
        val chat = chat("classifier")
        chat.release()
        work()
        assertEquals(ModelState.Closed, chat.state.model)
        chat.use(Settings())
        work()
        assertEquals(1, engine?.open)
        chat.release()
        work()
        assertEquals(false, assertIs<ModelState.Ready>(chat.state.model).loaded)
        assertEquals(0, engine?.open)
        chat.ask(Request("turn on the light"))
        work()
        assertIs<Outcome.Answered>(chat.state.turns.single().outcome)
        assertEquals(true, assertIs<ModelState.Ready>(chat.state.model).loaded)
    }

    @Test
    fun `another model takes the place of the first`() {
        val chat = chat("embedder")
        chat.use(Settings(mode = Mode.FP32))
        work()
        val first = engine
        chat.use(Settings(mode = Mode.DYNAMIC))
        work()
        assertEquals(0, first?.open)
        assertEquals(Mode.DYNAMIC, assertIs<ModelState.Ready>(chat.state.model).model.mode)
    }

    @Test
    fun `an embedding is compared with the texts before it`() {
        val chat = chat("embedder")
        val (one, other) = texts("embedder").filter { it.isNotEmpty() }
        listOf(one, other, one).forEach { chat.ask(Request(it)) }
        work()
        val nearest = chat.state.turns.map { assertIs<Outcome.Answered>(it.outcome).nearest }
        assertNull(nearest[0])
        assertEquals(one, nearest[1]?.text)
        assertEquals(one, nearest[2]?.text)
        assertEquals(1.0, nearest[2]?.cosine ?: 0.0, absoluteTolerance = 1e-6)
    }

    @Test
    fun `a long talk keeps its last turns`() {
        val chat = chat("classifier")
        repeat(130) { chat.ask(Request("turn on the light")) }
        work()
        assertEquals((31..130).toList(), chat.state.turns.map { it.number })
    }
}
