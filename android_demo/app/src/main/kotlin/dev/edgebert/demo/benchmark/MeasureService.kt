package dev.edgebert.demo.benchmark

import android.app.Service
import android.content.Intent
import android.os.Bundle
import android.os.Handler
import android.os.HandlerThread
import android.os.IBinder
import android.os.Message
import android.os.Messenger
import android.os.Process
import android.os.RemoteException
import dev.edgebert.core.EdgebertException
import dev.edgebert.core.bench.Progress
import dev.edgebert.demo.DemoApp
import dev.edgebert.screens.benchmark.MeasureJob
import dev.edgebert.screens.benchmark.measure

/**
 * Does one job of a benchmark in a process of its own and ends that process: the next job finds a
 * fresh one. Jobs and what they found travel as texts.
 */
class MeasureService : Service() {
    private val thread by lazy { HandlerThread("measure").apply { start() } }

    override fun onBind(intent: Intent?): IBinder = Messenger(Jobs()).binder

    override fun onDestroy() = Process.killProcess(Process.myPid())

    private inner class Jobs : Handler(thread.looper) {
        override fun handleMessage(message: Message) {
            val job = message.data.getString(TEXT) ?: return
            work(MeasureJob.ofText(job), message.replyTo ?: return)
        }
    }

    private fun work(job: MeasureJob, client: Messenger) {
        val progress = Progress { done, total -> client.tell(PROGRESS, done, total) }
        try {
            val found = measure(job, (application as DemoApp).engines, describePhone(), progress)
            client.tell(DONE, text = found.toText())
        } catch (error: EdgebertException) {
            client.tell(FAILED, text = error.message)
        }
    }

    private fun Messenger.tell(what: Int, done: Int = 0, total: Int = 0, text: String? = null) = try {
        send(message(what, done, total, text))
    } catch (_: RemoteException) {
        onDestroy() // the app is gone, and so is the reason to go on
    }

    companion object {
        /** To the service: a job to do. */
        const val JOB = 1

        /** To the client: how far the job is. */
        const val PROGRESS = 2

        /** To the client: what was found. */
        const val DONE = 3

        /** To the client: why the job failed. */
        const val FAILED = 4

        /** The name of a message's text. */
        const val TEXT = "text"

        /** A message; `text` is a job, what it found, or why it failed. */
        fun message(what: Int, done: Int = 0, total: Int = 0, text: String? = null): Message =
            Message.obtain(null, what, done, total).apply {
                data = Bundle().apply { putString(TEXT, text) }
            }
    }
}
