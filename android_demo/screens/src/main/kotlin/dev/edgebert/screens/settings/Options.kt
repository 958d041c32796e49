package dev.edgebert.screens.settings

import dev.edgebert.core.bundle.Bundle
import dev.edgebert.core.bundle.Mode
import dev.edgebert.core.engine.Engine

/** An artifact of a bundle with an engine that runs it. */
data class Runner(val engine: String, val mode: Mode)

/**
 * The artifacts of a bundle that the app can run and these settings allow, smallest precision first
 * and then in the order of the engines.
 */
fun Settings.runners(bundle: Bundle, engines: List<Engine>): List<Runner> =
    bundle.manifest.artifacts.sortedBy { it.mode }
        .flatMap { artifact ->
            engines.filter { it.backend == artifact.backend }.map { Runner(it.name, artifact.mode) }
        }
        .filter { engine in listOf(null, it.engine) && mode in listOf(null, it.mode) }

/**
 * What there is to pick from; "automatic" is always one more.
 *
 * @property bundles all names on the shelf.
 * @property runners the artifacts that the app can run, smallest precision first.
 * @property buckets the bundle's lengths in tokens.
 * @property threads 1, 2, 4 and so on up to the number of cores.
 */
data class Options(
    val bundles: List<String>,
    val runners: List<Runner>,
    val buckets: List<Int>,
    val threads: List<Int>,
)

/**
 * Lists what can be picked.
 *
 * @param names all bundles on the shelf.
 * @param bundle the chosen one, or null where there is none that can be read.
 * @param cores processors that the app may use.
 */
fun optionsOf(names: List<String>, bundle: Bundle?, engines: List<Engine>, cores: Int): Options = Options(
    bundles = names,
    runners = bundle?.let { Settings().runners(it, engines) }.orEmpty(),
    buckets = bundle?.manifest?.buckets.orEmpty(),
    threads = generateSequence(1) { it * 2 }.takeWhile { it <= cores }.toList(),
)

/** These settings without what the options do not have: that becomes automatic. */
fun Settings.fitted(options: Options): Settings {
    val fitting = options.runners.filter {
        engine in listOf(null, it.engine) && mode in listOf(null, it.mode)
    }
    return Settings(
        bundle = bundle?.takeIf { it in options.bundles },
        engine = engine?.takeIf { fitting.isNotEmpty() },
        mode = mode?.takeIf { fitting.isNotEmpty() },
        bucket = bucket?.takeIf { it in options.buckets },
        threads = threads?.takeIf { it in options.threads },
    )
}
