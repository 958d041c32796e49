import EdgeBertTestSupport
import Foundation
import XCTest

@testable import EdgeBertCore

/// A whole benchmark of an exported bundle, on recorded runs; Python reads the records it writes.
final class BenchmarkTests: XCTestCase {
    private struct Ended: Error {}

    private struct FixedDevice: DeviceProbe {
        func conditions() -> Conditions { Conditions(time: utcNow(), load: 0.5, celsius: ["soc": 41.5]) }

        func residentBytes() -> Int? { 1000 }

        func peakResidentBytes() -> Int? { 2000 }
    }

    private var recording: Recording!
    private var engine: RecordedEngine!

    override func setUpWithError() throws {
        recording = try Recording("embedder")
        engine = try recording.engine()
    }

    private func benchmark(_ engine: RecordedEngine) throws -> Benchmark {
        let cpu = CPU(model: "recorded", board: nil, cores: 2, threads: 2, features: ["asimddp": true])
        let run = BenchmarkRun(
            run: "run", target: "swift", machine: Machine(cpu: cpu, architecture: "arm64", system: "iOS 17"),
            method: try MeasurementMethod(iterations: 4, warmUps: 1, turn: 2, settleMs: 0))
        return Benchmark(try recording.bundle(), [engine], run, device: FixedDevice())
    }

    func testSamplesAreThoseOfPython() throws {
        for name in ["embedder", "classifier", "answerer", "assistant", "filler", "chooser"] {
            let its = try Recording(name)
            let bundle = try its.bundle()
            let expected = try its.facts["samples"].entries()
            XCTAssertEqual(expected.map { Int($0.name) }, bundle.manifest.buckets)
            for (bucket, node) in expected { try check(bundle, try XCTUnwrap(Int(bucket)), node.orNil) }
        }
        assertRefused("has no bucket of 17 tokens") { try makeSample(recording.bundle(), bucket: 17) }
    }

    private func check(_ bundle: ModelBundle, _ bucket: Int, _ expected: JSONNode?) throws {
        guard let expected else {
            return assertRefused("leave it out") { try makeSample(bundle, bucket: bucket) }
        }
        let sample = Sample(
            bucket: bucket, text: try expected["text"].text(), pair: try expected.textOrNil("pair"),
            choices: try expected["choices"].texts(), tokens: try expected["tokens"].ints())
        XCTAssertEqual(try makeSample(bundle, bucket: bucket), sample)
    }

    func testEverythingIsProvedMeasuredAndWritten() throws {
        let benchmark = try benchmark(engine)
        let variants = benchmark.variants(threads: [1, nil])
        XCTAssertEqual(variants.count, 2 * 2 * 2)
        let proof = try benchmark.prove(variants)
        XCTAssertEqual(proof, Proof(proved: variants, failures: []))
        var steps: [Int] = []
        let records = try (1...2).flatMap { number in
            try benchmark.measureLatency(proof.proved, repeat: number) { done, _ in steps.append(done) }
        }
        XCTAssertEqual(records.count, 2 * variants.count)
        for record in records {
            XCTAssertEqual([record.modelMs.count, record.appMs.count], [4, 4])
            let times = record.modelMs + record.appMs + [record.loadMs, record.firstMs]
            XCTAssertTrue(times.allSatisfy { $0 > 0 })
        }
        let turns = Array(1...variants.count * 2 * 2)
        XCTAssertEqual(steps, turns + turns)
        XCTAssertEqual(engine.open, 0)
        let memory = try benchmark.measureMemory(variants[0])
        let failure = FailureRecord(
            origin: memory.origin, engine: "onnxruntime", mode: .static, threads: nil, reason: "a \"reason\"")
        let all = records.map(Record.latency) + [.memory(memory), .failure(failure)]
        let lines = all.map { $0.jsonLine + "\n" }.joined()
        try Data(lines.utf8).write(to: try fixture("records.jsonl"))
    }

    func testWhatAnswersWronglyIsNotMeasured() throws {
        let bent = try recording.engine { try Tensor(shape: $0.shape, values: $0.values.map { _ in 1 }) }
        let benchmark = try benchmark(bent)
        let proof = try benchmark.prove(benchmark.variants())
        XCTAssertEqual(proof.proved, [])
        XCTAssertEqual(Set(proof.failures.map(\.mode)), [.dynamic, .fp32])
        for failure in proof.failures {
            XCTAssertTrue(failure.reason.contains("deviates by"), failure.reason)
            XCTAssertEqual(failure.origin.bundle.count, 64)
        }
    }

    func testAMeasurementThatIsEndedLeavesNothingOpen() throws {
        let benchmark = try benchmark(engine)
        XCTAssertThrowsError(
            try benchmark.measureLatency(benchmark.variants(), repeat: 1) { _, _ in throw Ended() }
        ) { XCTAssertTrue($0 is Ended) }
        XCTAssertEqual(engine.open, 0)
    }

    func testAnEngineThatIsNotThereIsNamed() throws {
        let variant = Variant(engine: "litert", mode: .fp32, bucket: 16, threads: nil)
        let benchmark = try benchmark(engine)
        assertRefused("engine litert: unknown, expected one of onnxruntime") {
            try benchmark.measureLatency([variant], repeat: 1)
        }
    }

    func testTimesAreUTC() throws {
        let pattern = #"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$"#
        XCTAssertNotNil(utcNow().range(of: pattern, options: .regularExpression), utcNow())
    }
}
