// Declarations of LiteRT that the app uses, so that it can be type-checked where LiteRT's library
// (com.google.ai.edge.litert:litert, on Google's Maven only) cannot be had. Nothing here runs or goes
// into an app. Names and types were read in these files of github.com/google-ai-edge/LiteRT, under
// litert/kotlin/src/main/kotlin/com/google/ai/edge/litert:
//   Common.kt           at commit 4312fd6509bb: Accelerator, JniHandle
//   Model.kt            at commit 070f50f59bab: Model, TensorType, CompiledModel
//   TensorBuffer.kt     at commit 0b7af5acac3f: TensorBuffer
//   LiteRtException.kt  at commit 173ea62ee641: LiteRtException
package com.google.ai.edge.litert

enum class Accelerator { NONE, CPU, GPU, NPU }

enum class Status { Ok }

class LiteRtException(status: Status, message: String) : Exception("$status $message")

abstract class JniHandle internal constructor() : AutoCloseable {
    final override fun close(): Unit = stub()
}

class TensorType(val elementType: ElementType, val layout: Layout? = null) {
    enum class ElementType { INT, FLOAT, INT8, BOOLEAN }

    class Layout(val dimensions: IntArray, val strides: IntArray = intArrayOf())
}

class TensorBuffer internal constructor() : JniHandle() {
    fun writeInt(data: IntArray): Unit = stub(data)

    fun readFloat(): FloatArray = stub()
}

class Model private constructor() : JniHandle() {
    fun getOutputTensorType(outputName: String, signature: String? = null): TensorType =
        stub(outputName, signature)

    companion object {
        @JvmStatic
        fun load(filePath: String): Model = stub(filePath)
    }
}

class CompiledModel private constructor() : JniHandle() {
    class CpuOptions(
        val numThreads: Int? = null,
        val xnnPackFlags: Int? = null,
        val xnnPackWeightCachePath: String? = null,
    )

    class Options(vararg accelerators: Accelerator) {
        internal val accelerators = accelerators.toList()
        var cpuOptions: CpuOptions? = null
    }

    fun createInputBuffer(inputName: String, signature: String? = null): TensorBuffer =
        stub(inputName, signature)

    fun createOutputBuffer(outputName: String, signature: String? = null): TensorBuffer =
        stub(outputName, signature)

    fun run(
        inputs: Map<String, TensorBuffer>,
        outputs: Map<String, TensorBuffer>,
        signature: String? = null,
    ): Unit = stub(inputs, outputs, signature)

    companion object {
        @JvmStatic
        fun create(model: Model, options: Options): CompiledModel = stub(model, options)
    }
}

private fun stub(vararg used: Any?): Nothing = error("a stub was called with ${used.toList()}")
