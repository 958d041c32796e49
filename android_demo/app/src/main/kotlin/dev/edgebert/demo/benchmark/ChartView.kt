package dev.edgebert.demo.benchmark

import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.util.AttributeSet
import android.view.View
import dev.edgebert.demo.R
import dev.edgebert.screens.benchmark.Bar
import dev.edgebert.screens.benchmark.Chart

/** Bars, each below its name, with the interval as a line across its end, above an axis in ms. */
class ChartView(context: Context, attributes: AttributeSet?) : View(context, attributes) {
    private var chart: Chart? = null
    private var names = emptyList<String>()
    private var tickNames = emptyList<String>()

    private val text = paint(R.color.text).apply { textSize = resources.getDimension(R.dimen.text_small) }
    private val fill = paint(R.color.accent)
    private val line = paint(R.color.text).apply { strokeWidth = resources.displayMetrics.density * 2 }
    private val grid = paint(R.color.grid).apply { strokeWidth = resources.displayMetrics.density }
    private val gap = resources.getDimension(R.dimen.gap)
    private val barHeight = resources.getDimension(R.dimen.bar)

    // Bars grow with the font size, as their names do.
    private val rowHeight get() = text.fontSpacing + barHeight + gap

    /** Shows a chart; `name` names a bar, `tick` a place on the axis. */
    fun show(chart: Chart, name: (Bar) -> String, tick: (Double) -> String) {
        this.chart = chart
        names = chart.bars.map(name)
        tickNames = chart.ticks.map(tick)
        requestLayout()
        invalidate()
    }

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val rows = chart?.bars?.size ?: 0
        val height = (rows * rowHeight + text.fontSpacing + gap).toInt()
        setMeasuredDimension(
            getDefaultSize(suggestedMinimumWidth, widthMeasureSpec),
            resolveSize(height, heightMeasureSpec),
        )
    }

    override fun onDraw(canvas: Canvas) {
        super.onDraw(canvas)
        val shown = chart ?: return
        val scale = (width / shown.end).toFloat()
        val bottom = shown.bars.size * rowHeight
        for (tick in shown.ticks) {
            val x = tick.toFloat() * scale
            canvas.drawLine(x, 0f, x, bottom, grid)
        }
        shown.bars.forEachIndexed { row, bar -> drawBar(canvas, bar, names[row], row * rowHeight, scale) }
        drawAxis(canvas, shown, bottom + text.fontSpacing, scale)
    }

    private fun drawBar(canvas: Canvas, bar: Bar, name: String, top: Float, scale: Float) {
        canvas.drawText(name, 0f, top + text.fontSpacing - text.descent(), text)
        val from = top + text.fontSpacing
        canvas.drawRect(0f, from, bar.median.toFloat() * scale, from + barHeight, fill)
        val middle = from + barHeight / 2
        canvas.drawLine(bar.low.toFloat() * scale, middle, bar.high.toFloat() * scale, middle, line)
    }

    /** Names the first and the last place: names in between could meet where text is large. */
    private fun drawAxis(canvas: Canvas, shown: Chart, baseline: Float, scale: Float) {
        canvas.drawText(tickNames.first(), 0f, baseline, text)
        val last = tickNames.last()
        canvas.drawText(last, shown.end.toFloat() * scale - text.measureText(last), baseline, text)
    }

    private fun paint(id: Int) = Paint(Paint.ANTI_ALIAS_FLAG).apply { color = resources.getColor(id) }
}
