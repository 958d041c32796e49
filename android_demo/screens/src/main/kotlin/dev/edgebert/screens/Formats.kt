package dev.edgebert.screens

import java.text.NumberFormat
import java.util.Locale

/** A probability from 0 to 1 in percent with one decimal, as the locale writes it: "97.3%". */
fun formatPercent(score: Double, locale: Locale): String =
    NumberFormat.getPercentInstance(locale).apply {
        minimumFractionDigits = 1
        maximumFractionDigits = 1
    }.format(score)

/** A number of milliseconds with three significant digits at most: "3.21", "48.6", "120". */
fun formatMilliseconds(milliseconds: Double, locale: Locale): String {
    val digits = when {
        milliseconds < 10 -> 2
        milliseconds < 100 -> 1
        else -> 0
    }
    return NumberFormat.getNumberInstance(locale).apply {
        minimumFractionDigits = digits
        maximumFractionDigits = digits
    }.format(milliseconds)
}

/** Bytes as whole MB (10^6), as shops and Android's settings count them. */
fun formatMegabytes(bytes: Long, locale: Locale): String =
    NumberFormat.getIntegerInstance(locale).format((bytes + HALF_MEGABYTE) / MEGABYTE)

/** A number with two decimals, such as a cosine similarity. */
fun formatDecimal(value: Double, locale: Locale): String =
    NumberFormat.getNumberInstance(locale).apply {
        minimumFractionDigits = 2
        maximumFractionDigits = 2
    }.format(value)

private const val MEGABYTE = 1_000_000L
private const val HALF_MEGABYTE = 500_000L
