package dev.edgebert.screens.chat

import dev.edgebert.core.BadInputException
import dev.edgebert.core.CheckFailedException
import dev.edgebert.core.Pipeline
import dev.edgebert.core.bundle.Bundle
import dev.edgebert.core.engine.Engine
import dev.edgebert.core.selftest.SelfTestOutcome
import dev.edgebert.core.selftest.runSelfTest
import dev.edgebert.screens.settings.Settings
import dev.edgebert.screens.settings.runners
import dev.edgebert.screens.shelf.BundleShelf

/**
 * Opens the model that the user's settings stand for, after its self-test.
 *
 * @throws BadInputException there is no such bundle or artifact, or the engine cannot load it.
 * @throws CheckFailedException a file is not the exported one, or the self-test did not hold.
 */
fun openModel(shelf: BundleShelf, engines: List<Engine>, settings: Settings): OpenedModel {
    val name = settings.bundle ?: shelf.names().firstOrNull() ?: throw BadInputException(
        "no bundle on this device: push one with adb, or pack one into the app"
    )
    val bundle = shelf.open(name)
    val (engineName, mode) = settings.runners(bundle, engines).firstOrNull() ?: throw BadInputException(
        "bundle $name: has artifacts for " +
            bundle.manifest.artifacts.joinToString { "${it.backend.key} ${it.mode.key}" } +
            ", and the app runs none of these as it is set; change the settings"
    )
    val engine = engines.first { it.name == engineName }
    val outcome = runSelfTest(bundle, engine, mode, settings.threads).outcome
    if (outcome is SelfTestOutcome.Failed) {
        throw CheckFailedException("bundle $name: the self-test failed, ${outcome.problem}")
    }
    val pipeline = Pipeline.open(bundle, engine, mode, settings.threads, settings.bucket)
    val facts = ModelFacts(
        bundle = name,
        task = bundle.manifest.task,
        engine = engine.name,
        mode = mode,
        bucket = settings.bucket,
        threads = settings.threads,
    )
    return OpenedModel(pipeline, facts)
}
