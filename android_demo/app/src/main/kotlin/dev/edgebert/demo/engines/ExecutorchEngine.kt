package dev.edgebert.demo.engines

import dev.edgebert.core.BadInputException
import dev.edgebert.core.bundle.Backend
import dev.edgebert.core.engine.Engine
import dev.edgebert.core.engine.Session
import dev.edgebert.core.engine.SessionSpec
import dev.edgebert.core.engine.Tensor
import java.io.File
import org.pytorch.executorch.EValue
import org.pytorch.executorch.Module
import org.pytorch.executorch.Tensor as ExecutorchTensor

private const val METHOD = "forward"
private const val OWN_CHOICE = 0 // of threads

/** ExecuTorch with XNNPACK, for .pte artifacts, whose method `forward` takes any of the buckets. */
class ExecutorchEngine : Engine {
    override val name = "executorch"
    override val backend = Backend.EXECUTORCH

    /** The library does not tell; this is the version in `gradle/libs.versions.toml`. */
    override val version = "1.4.1"

    override fun open(file: File, spec: SessionSpec): Session {
        // Mapped from the file: pages that are not used need no memory, and the system can drop them.
        val module = runtimeCall("ExecuTorch cannot load ${file.name}") {
            Module.load(file.path, Module.LOAD_MODE_MMAP, spec.threads ?: OWN_CHOICE)
        }
        val methods = module.getMethods()
        if (METHOD !in methods) {
            module.close()
            throw BadInputException(
                "${file.name}: found the methods ${methods.joinToString()}, expected $METHOD; " +
                    "export the bundle again"
            )
        }
        return ExecutorchSession(module, spec)
    }
}

private class ExecutorchSession(
    private val module: Module,
    private val spec: SessionSpec,
) : Session {
    override fun run(inputs: Map<String, IntArray>): Map<String, Tensor> {
        // The file has an order of inputs and outputs, and no names.
        val values = spec.inputs.map { name ->
            val ids = inputs.getValue(name)
            EValue.from(ExecutorchTensor.fromBlob(ids, longArrayOf(1, ids.size.toLong())))
        }
        val found = runtimeCall("ExecuTorch failed") {
            module.execute(METHOD, *values.toTypedArray())
        }
        if (found.size != spec.outputs.size) {
            throw BadInputException(
                "the model gave ${found.size} outputs, expected ${spec.outputs.joinToString()}; " +
                    "export the bundle again"
            )
        }
        return spec.outputs.zip(found) { name, value ->
            val tensor = value.toTensor()
            name to Tensor(tensor.shape().map { it.toInt() }, tensor.dataAsFloatArray)
        }.toMap()
    }

    override fun close() = module.close()
}
