package dev.edgebert.demo.engines

import com.google.ai.edge.litert.Accelerator
import com.google.ai.edge.litert.CompiledModel
import com.google.ai.edge.litert.LiteRtException
import com.google.ai.edge.litert.Model
import com.google.ai.edge.litert.TensorBuffer
import dev.edgebert.core.BadInputException
import dev.edgebert.core.bundle.Backend
import dev.edgebert.core.engine.Engine
import dev.edgebert.core.engine.Session
import dev.edgebert.core.engine.SessionSpec
import dev.edgebert.core.engine.Tensor
import java.io.File

/** LiteRT on the CPU, for .tflite artifacts, which have a signature `bucket_N` for each bucket. */
class LitertEngine : Engine {
    override val name = "litert"
    override val backend = Backend.LITERT

    /** The library does not tell; this is the version in `gradle/libs.versions.toml`. */
    override val version = "2.3.0"

    override fun open(file: File, spec: SessionSpec): Session =
        litertCall("LiteRT cannot load ${file.name}") {
            val model = Model.load(file.path)
            try {
                val options = CompiledModel.Options(Accelerator.CPU)
                spec.threads?.let { options.cpuOptions = CompiledModel.CpuOptions(numThreads = it) }
                LitertSession(model, CompiledModel.create(model, options), spec)
            } catch (error: Exception) {
                model.close()
                throw error
            }
        }
}

private class LitertSession(
    private val model: Model,
    private val compiled: CompiledModel,
    private val spec: SessionSpec,
) : Session {
    private val lengths = HashMap<Int, Length>()

    /** What runs of one length need; made once, since buffers cost time. */
    private inner class Length(val signature: String) {
        val inputs: Map<String, TensorBuffer> =
            spec.inputs.associateWith { compiled.createInputBuffer(it, signature) }

        // The signatures name the outputs by their place in the graph.
        val outputNames: List<String> = spec.outputs.indices.map { "output_$it" }
        val outputs: Map<String, TensorBuffer> =
            outputNames.associateWith { compiled.createOutputBuffer(it, signature) }
        val shapes: List<List<Int>> = outputNames.map { name ->
            val layout = model.getOutputTensorType(name, signature).layout
            layout?.dimensions?.toList() ?: throw BadInputException(
                "the model does not tell the shape of $name; export the bundle again"
            )
        }
    }

    override fun run(inputs: Map<String, IntArray>): Map<String, Tensor> = litertCall("LiteRT failed") {
        val bucket = inputs.values.first().size
        val length = lengths.getOrPut(bucket) { Length("bucket_$bucket") }
        length.inputs.forEach { (name, buffer) -> buffer.writeInt(inputs.getValue(name)) }
        compiled.run(length.inputs, length.outputs, length.signature)
        spec.outputs.indices.associate { place ->
            val values = length.outputs.getValue(length.outputNames[place]).readFloat()
            spec.outputs[place] to Tensor(length.shapes[place], values)
        }
    }

    override fun close() {
        lengths.values.forEach { length ->
            (length.inputs.values + length.outputs.values).forEach { it.close() }
        }
        compiled.close()
        model.close()
    }
}

/** As [runtimeCall]; LiteRT's own exception is a checked one. */
private inline fun <T> litertCall(problem: String, call: () -> T): T = try {
    runtimeCall(problem, call)
} catch (error: LiteRtException) {
    throw failure(problem, error)
}
