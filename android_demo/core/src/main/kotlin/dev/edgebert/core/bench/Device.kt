package dev.edgebert.core.bench

import java.io.File
import java.io.IOException
import java.time.OffsetDateTime
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter

/**
 * Reads the state that a device is in. Android keeps most of it from apps; what cannot be read is
 * left out.
 *
 * @param root the root of the file system.
 */
fun readConditions(root: File = File("/")): Conditions {
    val cpus = File(root, "sys/devices/system/cpu").listFiles().orEmpty()
        .filter { CPU.matches(it.name) }.sortedBy { it.name }
    return Conditions(
        time = utcNow(),
        load = readText(File(root, "proc/loadavg"))?.substringBefore(' ')?.toDoubleOrNull(),
        governors = cpus.mapNotNull { readText(File(it, "cpufreq/scaling_governor")) }
            .distinct().sorted(),
        megahertz = cpus.mapNotNull {
            readText(File(it, "cpufreq/scaling_cur_freq"))?.toIntOrNull()?.div(KHZ_PER_MHZ)
        },
        celsius = temperatures(File(root, "sys/class/thermal")),
    )
}

/**
 * Which of the instructions that decide how fast int8 is a CPU has, as `edgebert doctor` names them:
 * those that every processor has, since threads may run on any. Empty where the system does not tell.
 *
 * @param architecture as `uname -m` has it.
 */
fun readCpuFeatures(architecture: String, root: File = File("/")): Map<String, Boolean> {
    val processors = readText(File(root, "proc/cpuinfo")).orEmpty().lines()
        .filter { it.substringBefore(':').trim() in listOf("Features", "flags") }
        .map { it.substringAfter(':').trim().split(' ').toSet() }
    if (processors.isEmpty()) return emptyMap()
    val names = if (architecture.startsWith("x86")) X86_FEATURES else ARM_FEATURES
    return names.associateWith { name -> processors.all { name in it } }
}

/** The time, UTC, in ISO 8601 to the second. */
fun utcNow(): String = OffsetDateTime.now(ZoneOffset.UTC).format(ISO_SECONDS)

/** How much memory this process has, as Linux tells it; sizes in bytes, null where it does not. */
class ProcessMemory(private val process: File = File("/proc/self")) {
    /** The resident set size (RSS) now. */
    fun residentBytes(): Long? = size("status", "VmRSS")

    /** The largest resident set size so far. */
    fun peakResidentBytes(): Long? = size("status", "VmHWM")

    /** The proportional set size (PSS) now: shared pages are divided among their users. */
    fun proportionalBytes(): Long? = size("smaps_rollup", "Pss")

    /** Reads a field such as "VmRSS:  123 kB"; its kB are 1024 bytes. */
    private fun size(file: String, field: String): Long? = readText(File(process, file))
        ?.lineSequence()
        ?.firstOrNull { it.substringBefore(':') == field }
        ?.substringAfter(':')?.removeSuffix("kB")?.trim()?.toLongOrNull()?.times(BYTES_PER_KB)
}

private val ARM_FEATURES = listOf("asimddp", "i8mm", "sve")
private val X86_FEATURES = listOf("avx2", "avx_vnni", "avx512_vnni")
private val CPU = Regex("cpu[0-9]+")
private val ISO_SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx")
private const val KHZ_PER_MHZ = 1000
private const val THOUSANDTHS = 1000.0
private const val BYTES_PER_KB = 1024L

/** The thermal zones, whose files hold thousandths of a degree. */
private fun temperatures(folder: File): Map<String, Double> = buildMap {
    val zones = folder.listFiles().orEmpty().filter { it.name.startsWith("thermal_zone") }
    for (zone in zones.sortedBy { it.name }) {
        val value = readText(File(zone, "temp"))?.toIntOrNull() ?: continue
        put("${zone.name} ${readText(File(zone, "type")).orEmpty()}".trim(), value / THOUSANDTHS)
    }
}

private fun readText(file: File): String? = try {
    file.readText().trim().ifEmpty { null }
} catch (_: IOException) {
    null
}
