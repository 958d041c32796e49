import EdgeBertCore
import EdgeBertTestSupport
import Foundation
import XCTest

@testable import EdgeBertDemo

/// The whole app without its screens: import, choose, set, remove, and find all again after a launch.
@MainActor
final class AppModelTests: XCTestCase, @unchecked Sendable {
    private struct FixedDevice: DeviceProbe {
        func conditions() -> Conditions { Conditions(time: utcNow(), load: nil) }

        func residentBytes() -> Int? { nil }

        func peakResidentBytes() -> Int? { nil }
    }

    private var folder: URL!
    private var classifier: Recording!
    private var embedder: Recording!

    override func setUp() async throws {
        folder = try temporaryFolder(self)
        classifier = try Recording("classifier")
        embedder = try Recording("embedder")
    }

    /// The app as freshly launched; its engine knows the answers of one recording.
    private func launch(_ recording: Recording, iterations: Int = 2) throws -> AppModel {
        let cpu = CPU(model: "recorded", board: nil, cores: 2, threads: 2, features: [:])
        let device = DeviceDescription(
            name: "phone", machine: Machine(cpu: cpu, architecture: "arm64", system: "iOS 17"),
            probe: FixedDevice(), warning: { nil })
        return try AppModel(
            [try recording.engine()], device, folder: folder,
            method: MeasurementMethod(iterations: iterations, warmUps: 0, turn: 1, settleMs: 0))
    }

    private func assertReady(_ app: AppModel, _ name: String, line: UInt = #line) {
        guard case .ready(let model) = app.chat.state else {
            return XCTFail("\(app.chat.state)", line: line)
        }
        XCTAssertEqual(model.name, name, line: line)
    }

    func testAFreshAppHasNothingToRun() async throws {
        let app = try launch(classifier)
        await app.start(shipped: [])
        XCTAssertEqual(app.chat.state, .empty)
        XCTAssertNil(app.chosenName)
        XCTAssertEqual(app.choices.engines, [])
        await app.startBenchmark()
        XCTAssertEqual(app.problem, "there is no bundle: import one in the settings")
    }

    func testShippedBundlesAreTakenInOnce() async throws {
        let app = try launch(classifier)
        await app.start(shipped: [classifier.folder])
        XCTAssertEqual(app.bundles, ["classifier"])
        assertReady(app, "classifier")
        let again = try launch(classifier)
        await again.start(shipped: [classifier.folder])
        XCTAssertEqual(again.bundles, ["classifier"])
        assertReady(again, "classifier")
    }

    func testAnImportedBundleIsChosenAndRemembered() async throws {
        let app = try launch(embedder)
        await app.start(shipped: [classifier.folder])
        await app.importBundle(embedder.folder)
        XCTAssertFalse(app.isImporting)
        XCTAssertEqual(app.chosenName, "embedder")
        assertReady(app, "embedder")
        let again = try launch(embedder)
        await again.start(shipped: [])
        assertReady(again, "embedder")
        await again.remove("embedder")
        XCTAssertEqual(again.chosenName, "classifier")
        await again.remove("classifier")
        XCTAssertEqual(again.chat.state, .empty)
    }

    func testADamagedBundleIsAProblemAndChangesNothing() async throws {
        let app = try launch(classifier)
        await app.start(shipped: [classifier.folder])
        let damaged = try embedder.copy(to: temporaryFolder(self))
        try Data().write(to: damaged.appendingPathComponent("self_test.json"))
        await app.importBundle(damaged)
        XCTAssertTrue(app.problem?.contains("self_test.json: has 0 bytes") ?? false, app.problem ?? "")
        XCTAssertEqual(app.bundles, ["classifier"])
        assertReady(app, "classifier")
        XCTAssertTrue(app.hasProblem)
        app.hasProblem = false
        XCTAssertNil(app.problem)
    }

    func testSettingsLoadTheModelAgainAndAreKept() async throws {
        let app = try launch(embedder)
        await app.start(shipped: [embedder.folder])
        XCTAssertEqual(app.choices.engines, ["onnxruntime"])
        XCTAssertEqual(app.choices.modes, [.dynamic, .fp32])
        XCTAssertEqual(app.choices.buckets, [16, 32])
        XCTAssertTrue(app.choices.threads)
        var settings = app.settings
        settings.mode = .fp32
        await app.apply(settings)
        guard case .ready(let model) = app.chat.state else { return XCTFail("\(app.chat.state)") }
        XCTAssertEqual(model.mode, .fp32)
        XCTAssertEqual(try launch(embedder).settings.mode, .fp32)
        app.chosenSettings.mode = .dynamic
        while app.settings.mode == .fp32 || app.chat.state == .loading { await Task.yield() }
        guard case .ready(let other) = app.chat.state else { return XCTFail("\(app.chat.state)") }
        XCTAssertEqual(other.mode, .dynamic)
    }

    func testABenchmarkOfTheChosenBundle() async throws {
        let app = try launch(embedder)
        await app.start(shipped: [embedder.folder])
        await app.startBenchmark()
        await app.benchmark.finished()
        XCTAssertEqual(app.benchmark.results.count, 4)
        let again = try launch(embedder)
        await again.start(shipped: [])
        XCTAssertEqual(again.benchmark.results.count, 4)
        await again.remove("embedder")
        XCTAssertEqual(again.benchmark.results, [])
        XCTAssertEqual(again.choices.engines, [])
    }

    func testNothingRunsOrChangesBesideAMeasurement() async throws {
        let app = try launch(embedder, iterations: 1_000_000)
        await app.start(shipped: [embedder.folder])
        let state = app.chat.state
        XCTAssertTrue(app.canMeasure)
        let measuring = Task { await app.startBenchmark() }
        while !app.benchmark.isRunning { await Task.yield() }
        XCTAssertTrue(app.isMeasuring)
        app.chat.draft = "turn on the light"
        XCTAssertFalse(app.chat.canSend)
        await app.chat.send()
        XCTAssertEqual(app.chat.messages, [])
        var settings = app.settings
        settings.mode = .fp32
        await app.apply(settings)
        XCTAssertNil(app.settings.mode)
        XCTAssertEqual(app.problem, "a benchmark runs: wait for its end, or cancel it")
        await app.importBundle(classifier.folder)
        await app.remove("embedder")
        XCTAssertEqual(app.bundles, ["embedder"])
        XCTAssertEqual(app.chat.state, state)
        app.benchmark.cancel()
        await measuring.value
        XCTAssertFalse(app.isMeasuring)
        XCTAssertFalse(app.canMeasure)
        await app.chat.send()
        XCTAssertEqual(app.chat.messages.map(\.author), [.user, .model])
    }
}
