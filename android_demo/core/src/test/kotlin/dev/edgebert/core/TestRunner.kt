package dev.edgebert.core

import kotlin.system.exitProcess
import org.junit.runner.Description
import org.junit.runner.JUnitCore
import org.junit.runner.notification.Failure
import org.junit.runner.notification.RunListener

/**
 * Runs the test classes named as arguments on a plain JVM, without Gradle, and prints a last line
 * "N passed, N failed, N skipped". The exit status is 0 if some passed and none failed.
 */
fun main(classNames: Array<String>) {
    val listener = Outcomes()
    val junit = JUnitCore().apply { addListener(listener) }
    junit.run(*classNames.map { Class.forName(it) }.toTypedArray())
    println("${listener.passed} passed, ${listener.failed.size} failed, ${listener.skipped.size} skipped")
    exitProcess(if (listener.passed > 0 && listener.failed.isEmpty()) 0 else 1)
}

private class Outcomes : RunListener() {
    val failed = HashSet<Description>()
    val skipped = HashSet<Description>()
    private val reasons = HashSet<String?>()

    var passed = 0
        private set

    override fun testFailure(failure: Failure) {
        failed += failure.description
        println("FAILED ${failure.description}: ${failure.trimmedTrace}")
    }

    override fun testAssumptionFailure(failure: Failure) {
        skipped += failure.description
        if (reasons.add(failure.message)) println("skipped, because ${failure.message}")
    }

    override fun testIgnored(description: Description) {
        skipped += description
    }

    override fun testFinished(description: Description) {
        if (description !in failed && description !in skipped) passed++
    }
}
