package dev.edgebert.core.bench

import java.io.File
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertNull
import kotlin.test.assertTrue
import org.junit.Rule
import org.junit.rules.TemporaryFolder

class DeviceTest {
    @get:Rule
    val temporary = TemporaryFolder()

    private fun write(path: String, text: String) =
        File(temporary.root, path).apply { parentFile.mkdirs() }.writeText(text)

    @Test
    fun `what the system tells is read`() {
        write("proc/loadavg", "0.52 0.58 0.59 1/389 12345\n")
        for ((cpu, clock) in listOf("cpu0" to "1800000", "cpu1" to "2400000")) {
            write("sys/devices/system/cpu/$cpu/cpufreq/scaling_governor", "schedutil\n")
            write("sys/devices/system/cpu/$cpu/cpufreq/scaling_cur_freq", "$clock\n")
        }
        write("sys/devices/system/cpu/cpufreq/scaling_governor", "no cpu's\n")
        write("sys/class/thermal/thermal_zone0/temp", "41500\n")
        write("sys/class/thermal/thermal_zone0/type", "soc\n")
        val found = readConditions(temporary.root)
        assertEquals(0.52, found.load)
        assertEquals(listOf("schedutil"), found.governors)
        assertEquals(listOf(1800, 2400), found.megahertz)
        assertEquals(mapOf("thermal_zone0 soc" to 41.5), found.celsius)
        assertTrue(Regex("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00").matches(found.time), found.time)
    }

    @Test
    fun `instructions count where all processors have them`() {
        val one = "processor\t: 0\nFeatures\t: fp asimd asimddp i8mm\n\n"
        val other = "processor\t: 1\nFeatures\t: fp asimd asimddp\n"
        write("proc/cpuinfo", one + other)
        val expected = mapOf("asimddp" to true, "i8mm" to false, "sve" to false)
        assertEquals(expected, readCpuFeatures("aarch64", temporary.root))
        write("proc/cpuinfo", "flags\t: sse avx2\n")
        val x86 = mapOf("avx2" to true, "avx_vnni" to false, "avx512_vnni" to false)
        assertEquals(x86, readCpuFeatures("x86_64", temporary.root))
        write("proc/cpuinfo", "processor\t: 0\n")
        assertEquals(emptyMap(), readCpuFeatures("aarch64", temporary.root))
    }

    @Test
    fun `what it does not tell is left out`() {
        val found = readConditions(temporary.root)
        assertNull(found.load)
        assertEquals(emptyList(), found.governors)
        assertEquals(emptyList(), found.megahertz)
        assertEquals(emptyMap(), found.celsius)
        val memory = ProcessMemory(temporary.root)
        assertNull(memory.peakResidentBytes())
    }

    @Test
    fun `memory is read in bytes`() {
        write("status", "Name:\tx\nVmHWM:\t    300 kB\nVmRSS:\t    200 kB\n")
        write("smaps_rollup", "00400000-7fff ---p 00000000 [rollup]\nRss:   200 kB\nPss:   150 kB\n")
        val memory = ProcessMemory(temporary.root)
        assertEquals(200 * 1024L, memory.residentBytes())
        assertEquals(300 * 1024L, memory.peakResidentBytes())
        assertEquals(150 * 1024L, memory.proportionalBytes())
    }
}
