package dev.edgebert.core.bench

import dev.edgebert.core.BadInputException
import dev.edgebert.core.bundle.Bundle
import dev.edgebert.core.engine.chooseBucket
import dev.edgebert.core.tasks.Request
import dev.edgebert.core.tasks.Task
import dev.edgebert.core.tasks.taskFor

// The same text as in edgebert/bench/samples.py, so that phones and boards measure the same.
private const val TEXT =
    "In the morning the two of them walked down to the harbour, bought bread, coffee and three " +
        "lemons, and asked a fisherman how long the crossing would take. He looked at the clouds " +
        "for a while before he answered: four hours, if the wind stayed in the west; longer, much " +
        "longer, if it turned. They thanked him, counted their money again and sat down on the " +
        "wall to wait."
private const val QUESTION = "How long does it take?"
private val CHOICES = listOf("Four hours.", "Nobody knows.")

/**
 * Makes the text that a bucket is measured with: as many whole words as fill it.
 *
 * @throws BadInputException the bundle has no such bucket, or it is too short for the task's
 *   shortest request, or core does not have its task.
 */
fun makeSample(bundle: Bundle, bucket: Int): Sample {
    val manifest = bundle.manifest
    if (bucket !in manifest.buckets) {
        throw BadInputException(
            "${bundle.root}: has no bucket of $bucket tokens, found ${manifest.buckets.joinToString()}"
        )
    }
    val task = taskFor(manifest, bundle.tokenizer)
    val runs = task.encode(request(manifest.task, count = 0)).encodings.size
    val words = mostWords(bucket) { longestRun(task, request(manifest.task, it), runs) <= bucket }
    val request = words?.let { request(manifest.task, it) }
    val tokens = request?.let { task.encode(it).encodings.map { encoding -> encoding.size } }
    if (tokens == null || tokens.any { chooseBucket(manifest.buckets, it) != bucket }) {
        throw BadInputException(
            "${bundle.root}: no request of ${manifest.task} runs in the bucket of $bucket tokens " +
                "and no other; leave it out"
        )
    }
    return Sample(bucket, request.text, request.pair, request.choices, tokens)
}

/** The request that a sample stands for. */
fun Sample.request(): Request = Request(text, pair, choices)

/** Tokens of the longest run; a text that is cut, or split into more runs, never fits. */
private fun longestRun(task: Task, request: Request, runs: Int): Int {
    val encoded = task.encode(request)
    val whole = !encoded.truncated && encoded.encodings.size == runs
    return if (whole) encoded.encodings.maxOf { it.size } else Int.MAX_VALUE
}

/** The largest number from 0 to `limit` that fits, or null; what fits must fit with fewer words. */
private fun mostWords(limit: Int, fits: (Int) -> Boolean): Int? {
    var below = -1
    var above = limit + 1
    while (above - below > 1) {
        val middle = (below + above) / 2
        if (fits(middle)) below = middle else above = middle
    }
    return below.takeIf { it >= 0 }
}

private fun request(task: String, count: Int): Request {
    val words = TEXT.split(' ')
    val text = (0 until count).joinToString(" ") { words[it % words.size] }
    return when (task) {
        "question-answering" -> Request(QUESTION, text)
        "multiple-choice" -> Request(text, choices = CHOICES)
        "fill-mask" -> Request("[MASK] $text")
        else -> Request(text)
    }
}
