package dev.edgebert.core

import dev.edgebert.core.bundle.Backend
import dev.edgebert.core.bundle.Bundle
import dev.edgebert.core.engine.Engine
import dev.edgebert.core.engine.Session
import dev.edgebert.core.engine.SessionSpec
import dev.edgebert.core.engine.Tensor
import dev.edgebert.core.json.JsonNode
import java.io.File

/**
 * A bundle that the Python side exported, with every run that ONNX Runtime did there and what
 * Python made of it.
 */
class Recording(name: String) {
    val facts: JsonNode = readJson(fixtureFile("$name.json"))
    val folder: File = fixtureFile(name)

    fun bundle(): Bundle = Bundle.open(folder)

    /** Answers as ONNX Runtime did, or bent. */
    fun engine(bend: (Tensor) -> Tensor = { it }): RecordedEngine = RecordedEngine(facts, bend)
}

/** The recorded runs in the place of an engine: other inputs than recorded are an error. */
class RecordedEngine(facts: JsonNode, private val bend: (Tensor) -> Tensor) : Engine {
    override val name = "onnxruntime"
    override val backend = Backend.ONNX
    override val version = facts["engine_version"].text()

    /** Sessions that were opened and not closed. */
    var open = 0
        private set

    private val runs = facts["runs"].items().associate { run ->
        val inputs = run["inputs"].entries().mapValues { it.value.ints() }
        (run["path"].text() to inputs) to run["outputs"].entries().mapValues { tensor(it.value) }
    }

    override fun open(file: File, spec: SessionSpec): Session {
        open++
        return object : Session {
            override fun run(inputs: Map<String, IntArray>): Map<String, Tensor> {
                val key = file.name to inputs.mapValues { it.value.toList() }
                val outputs = runs[key] ?: throw BadInputException("no such run was recorded: $key")
                return outputs.mapValues { bend(it.value) }
            }

            override fun close() {
                open--
            }
        }
    }
}

fun tensor(node: JsonNode) = Tensor(node["shape"].ints(), node["values"].floats())
