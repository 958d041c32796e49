package dev.edgebert.demo.benchmark

import android.os.Build
import dev.edgebert.core.bench.Cpu
import dev.edgebert.core.bench.Machine
import dev.edgebert.core.bench.readCpuFeatures

/** This device, as records describe it; reads a file. */
fun describePhone(): Machine {
    val architecture = System.getProperty("os.arch") ?: "unknown"
    val cores = Runtime.getRuntime().availableProcessors()
    val cpu = Cpu(
        model = chip() ?: architecture,
        board = "${Build.MANUFACTURER} ${Build.MODEL}",
        cores = cores,
        threads = cores,
        features = readCpuFeatures(architecture),
    )
    return Machine(cpu, architecture, "Android ${Build.VERSION.RELEASE}")
}

/** The device's name as records have it: no spaces. */
fun phoneName(): String = "${Build.MANUFACTURER}-${Build.MODEL}".replace(Regex("[^A-Za-z0-9._-]+"), "-")

/** The chip's name, which Android tells since version 12; [Build.HARDWARE] names it before. */
private fun chip(): String? = try {
    Build::class.java.getField("SOC_MODEL").get(null) as? String
} catch (_: ReflectiveOperationException) {
    Build.HARDWARE
}
