package dev.edgebert.screens.benchmark

import dev.edgebert.core.BadInputException
import dev.edgebert.core.bench.Variant
import dev.edgebert.core.bundle.Bundle
import dev.edgebert.core.engine.Engine
import dev.edgebert.screens.settings.Settings
import dev.edgebert.screens.settings.runners

/**
 * The variants that the user's settings stand for: "automatic" measures all engines, modes and
 * buckets of the bundle, and leaves the threads to the engine.
 *
 * @throws BadInputException the app runs no artifact of the bundle that fits.
 */
fun variantsFor(bundle: Bundle, engines: List<Engine>, settings: Settings): List<Variant> {
    val buckets = bundle.manifest.buckets.filter { settings.bucket in listOf(null, it) }
    val variants = settings.runners(bundle, engines).flatMap { runner ->
        buckets.map { Variant(runner.engine, runner.mode, it, settings.threads) }
    }
    return variants.ifEmpty {
        throw BadInputException(
            "${bundle.root}: nothing to measure with these settings, found artifacts for " +
                bundle.manifest.artifacts.joinToString { "${it.backend.key} ${it.mode.key}" }
        )
    }
}
