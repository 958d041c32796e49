import EdgeBertCore
import EdgeBertTestSupport
import Foundation
import XCTest

@testable import EdgeBertDemo

/// The benchmark screen's state: a repeat a process, results over all of them.
@MainActor
final class BenchmarkModelTests: XCTestCase, @unchecked Sendable {
    private struct FixedDevice: DeviceProbe {
        func conditions() -> Conditions { Conditions(time: utcNow(), load: nil) }

        func residentBytes() -> Int? { nil }

        func peakResidentBytes() -> Int? { nil }
    }

    private var recording: Recording!
    private var log: RecordLog!

    override func setUp() async throws {
        recording = try Recording("embedder")
        log = RecordLog(try temporaryFolder(self).appendingPathComponent("records.jsonl"))
    }

    /// The screen's model as a freshly launched app has it.
    private func launch(
        _ engine: RecordedEngine? = nil, iterations: Int = 4, warning: String? = nil,
        system: String = "iOS 17"
    ) throws -> BenchmarkModel {
        let cpu = CPU(model: "recorded", board: nil, cores: 2, threads: 2, features: [:])
        let device = DeviceDescription(
            name: "phone", machine: Machine(cpu: cpu, architecture: "arm64", system: system),
            probe: FixedDevice(), warning: { warning })
        let method = try MeasurementMethod(iterations: iterations, warmUps: 1, turn: 2, settleMs: 0)
        return BenchmarkModel([try engine ?? recording.engine()], device, log, method)
    }

    func testARepeatALaunchAddsUp() async throws {
        let bundle = try recording.bundle()
        for number in 1...2 {
            let model = try launch()
            XCTAssertNil(model.notice)
            XCTAssertEqual(model.sharedFile == nil, number == 1)
            model.start(bundle, AppSettings())
            XCTAssertTrue(model.isRunning)
            await model.finished()
            XCTAssertEqual(model.state, .idle)
            XCTAssertEqual(model.failures, [])
            XCTAssertEqual(model.results.map(\.repeats), [number, number, number, number])
            XCTAssertEqual(model.results.map(\.variant.bucket), [16, 16, 32, 32])
            XCTAssertEqual(model.results.map(\.variant.mode), [.fp32, .dynamic, .fp32, .dynamic])
            XCTAssertEqual(model.results.map(\.model.n), Array(repeating: 4 * number, count: 4))
            XCTAssertTrue(model.notice?.contains("open it again") ?? false)
            model.start(bundle, AppSettings())
            XCTAssertFalse(model.isRunning)
        }
        let measured = log.latencies(of: bundle.digest)
        XCTAssertEqual(Set(measured.map(\.run)).count, 1)
        XCTAssertEqual(measured.map(\.repeat), [1, 1, 1, 1, 2, 2, 2, 2])
        XCTAssertEqual(log.latencies(of: "another bundle"), [])
        try log.clear()
        XCTAssertEqual(log.latencies(of: bundle.digest), [])
        XCTAssertNoThrow(try log.clear())
    }

    func testSettingsChooseWhatIsMeasured() async throws {
        var settings = AppSettings()
        settings.mode = .dynamic
        settings.bucket = 32
        settings.threads = 1
        let bundle = try recording.bundle()
        let model = try launch()
        model.start(bundle, settings)
        await model.finished()
        XCTAssertEqual(
            model.results.map(\.variant),
            [Variant(engine: "onnxruntime", mode: .dynamic, bucket: 32, threads: 1)])
        XCTAssertEqual(model.results[0].series, "onnxruntime dynamic, 1 thread")
        XCTAssertTrue(model.results[0].spoken.contains("32 tokens"), model.results[0].spoken)
        // Another choice is another run: its figures were not measured in turns with these.
        let other = try launch()
        other.start(bundle, AppSettings())
        await other.finished()
        XCTAssertEqual(Set(log.latencies(of: bundle.digest).map(\.run)).count, 2)
    }

    func testWhatAnswersWronglyIsListedAndNotMeasured() async throws {
        let bent = try recording.engine { try Tensor(shape: $0.shape, values: $0.values.map { _ in 1 }) }
        let model = try launch(bent)
        model.start(try recording.bundle(), AppSettings())
        await model.finished()
        XCTAssertEqual(model.state, .idle)
        XCTAssertEqual(model.results, [])
        XCTAssertEqual(model.failures.count, 2)
        XCTAssertTrue(model.failures[0].contains("deviates by"), model.failures[0])
        XCTAssertNotNil(model.sharedFile)
    }

    func testACancelledMeasurementLeavesNothing() async throws {
        let model = try launch(iterations: 1_000_000)
        model.start(try recording.bundle(), AppSettings())
        model.cancel()
        await model.finished()
        XCTAssertEqual(model.state, .idle)
        XCTAssertNil(model.sharedFile)
    }

    /// An engine whose first answer is wrong, so that the first artifact does not pass.
    private func engineThatStumbles() throws -> RecordedEngine {
        let calls = Locked(0)
        return try recording.engine { tensor in
            calls.value += 1
            return calls.value == 1
                ? try Tensor(shape: tensor.shape, values: tensor.values.map { _ in 1 }) : tensor
        }
    }

    func testWhatFailedIsKeptThoughTheRestIsCancelled() async throws {
        let model = try launch(engineThatStumbles(), iterations: 1_000_000)
        model.start(try recording.bundle(), AppSettings())
        while model.sharedFile == nil { await Task.yield() }
        model.cancel()
        await model.finished()
        XCTAssertEqual(model.state, .idle)
        let lines = try String(contentsOf: log.file, encoding: .utf8).split(separator: "\n")
        XCTAssertEqual(lines.count, 1)
        XCTAssertTrue(lines[0].contains(#""kind":"failure""#) || lines[0].contains(#""kind": "failure""#))
    }

    func testRepeatsAddUpBesideWhatFails() async throws {
        let bundle = try recording.bundle()
        for number in 1...2 {
            let model = try launch(engineThatStumbles())
            model.start(bundle, AppSettings())
            await model.finished()
            XCTAssertEqual(model.failures.count, 1)
            XCTAssertEqual(model.results.map(\.repeats), [number, number])
        }
        let runs = try String(contentsOf: log.file, encoding: .utf8).split(separator: "\n").map {
            try JSONNode(parseJSON(String($0)))["origin"]["run"].text()
        }
        XCTAssertEqual(runs.count, 6)
        XCTAssertEqual(Set(runs).count, 1)
    }

    func testAnotherSystemIsAnotherRunAndTheLastIsShown() async throws {
        let bundle = try recording.bundle()
        for system in ["iOS 17", "iOS 18"] {
            let model = try launch(system: system)
            model.start(bundle, AppSettings())
            await model.finished()
            XCTAssertEqual(model.results.map(\.repeats), [1, 1, 1, 1])
        }
        let longer = try launch(iterations: 6, system: "iOS 18")
        longer.start(bundle, AppSettings())
        await longer.finished()
        XCTAssertEqual(longer.results.map(\.model.n), [6, 6, 6, 6])
        XCTAssertEqual(Set(log.latencies(of: bundle.digest).map(\.run)).count, 3)
        longer.show(nil)
        XCTAssertEqual(longer.results, [])
    }

    func testADamagedBundleIsToldInOneLine() async throws {
        let folder = try recording.copy(to: temporaryFolder(self))
        let bundle = try ModelBundle(at: folder)
        try Data().write(to: bundle.path(bundle.manifest.selfTest))
        let model = try launch()
        model.start(bundle, AppSettings())
        await model.finished()
        XCTAssertTrue(model.failures.allSatisfy { $0.contains("has 0 bytes") }, "\(model.failures)")
        XCTAssertEqual(model.failures.count, 2)
    }

    func testWhatTheDeviceWarnsOfIsShown() async throws {
        XCTAssertEqual(try launch(warning: "the device is hot").notice, "the device is hot")
    }

    func testHalfALineIsDropped() async throws {
        let bundle = try recording.bundle()
        let model = try launch()
        model.start(bundle, AppSettings())
        await model.finished()
        let whole = try Data(contentsOf: log.file)
        try (whole + Data(#"{"kind": "lat"#.utf8)).write(to: log.file)
        XCTAssertEqual(log.latencies(of: bundle.digest).count, 4)
        try log.append([])
        XCTAssertEqual(try Data(contentsOf: log.file), whole)
    }
}
