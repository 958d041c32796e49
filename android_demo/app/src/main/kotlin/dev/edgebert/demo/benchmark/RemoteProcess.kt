package dev.edgebert.demo.benchmark

import android.content.ComponentName
import android.content.Context
import android.content.Intent
import android.content.ServiceConnection
import android.os.Handler
import android.os.IBinder
import android.os.Looper
import android.os.Message
import android.os.Messenger
import android.os.RemoteException
import dev.edgebert.core.BadInputException
import dev.edgebert.core.bench.Progress
import dev.edgebert.screens.benchmark.FreshProcess
import dev.edgebert.screens.benchmark.MeasureJob
import dev.edgebert.screens.benchmark.Measured
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/** Runs jobs in [MeasureService], each in a process that has done nothing before. */
class RemoteProcess(private val context: Context) : FreshProcess {
    private sealed interface Event {
        data class Went(val done: Int, val total: Int) : Event
        data class Done(val text: String) : Event
        data class Failed(val problem: String) : Event
    }

    private val events = LinkedBlockingQueue<Event>()

    /** Called on the benchmark's own worker, which waits here; messages come on the main thread. */
    override fun run(job: MeasureJob, progress: Progress): Measured {
        events.clear()
        val connection = Connection(job)
        val intent = Intent(context, MeasureService::class.java)
        try {
            if (!context.bindService(intent, connection, Context.BIND_AUTO_CREATE)) {
                throw BadInputException("the measuring process cannot be started; restart the app")
            }
            while (true) {
                when (val event = events.take()) {
                    is Event.Went -> progress.at(event.done, event.total)
                    is Event.Done -> return Measured.ofText(event.text)
                    is Event.Failed -> throw BadInputException(event.problem)
                }
            }
        } finally {
            context.unbindService(connection) // which ends the process
            connection.gone.await(LONGEST_END_S, TimeUnit.SECONDS)
        }
    }

    override fun stop() {
        events.add(Event.Failed("the run was ended"))
    }

    private inner class Connection(private val job: MeasureJob) : ServiceConnection {
        /** Reached when the process has ended; the next one may begin. */
        val gone = CountDownLatch(1)

        override fun onServiceConnected(name: ComponentName?, service: IBinder?) {
            if (service == null) return died()
            try {
                service.linkToDeath({ gone.countDown() }, 0)
                val message = MeasureService.message(MeasureService.JOB, text = job.toText())
                message.replyTo = Messenger(Answers())
                Messenger(service).send(message)
            } catch (_: RemoteException) {
                died()
            }
        }

        override fun onServiceDisconnected(name: ComponentName?) = died()

        private fun died() {
            gone.countDown()
            events.add(Event.Failed("the measuring process died; the device may lack memory"))
        }
    }

    private inner class Answers : Handler(Looper.getMainLooper()) {
        override fun handleMessage(message: Message) {
            val text = message.data.getString(MeasureService.TEXT).orEmpty()
            events.add(
                when (message.what) {
                    MeasureService.PROGRESS -> Event.Went(message.arg1, message.arg2)
                    MeasureService.DONE -> Event.Done(text)
                    else -> Event.Failed(text)
                }
            )
        }
    }

    private companion object {
        const val LONGEST_END_S = 5L
    }
}
