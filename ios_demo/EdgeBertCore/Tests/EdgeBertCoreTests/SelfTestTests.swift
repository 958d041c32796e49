import EdgeBertTestSupport
import Foundation
import XCTest

@testable import EdgeBertCore

/// Self-tests on what ONNX Runtime answered: passed as it was, failed where the answers are bent.
final class SelfTestTests: XCTestCase {
    private var tiny: Recording!

    override func setUpWithError() throws { tiny = try Recording("tiny") }

    private func problem(_ bend: @escaping @Sendable (Tensor) throws -> Tensor) throws -> String {
        let engine = try tiny.engine(bend: bend)
        let report = try runSelfTest(tiny.bundle(), engine, mode: .static)
        XCTAssertEqual(engine.open, 0)
        return try XCTUnwrap(report.problem)
    }

    func testDeviationsAreThoseOfPython() throws {
        for name in ["tiny", "classifier", "answerer", "assistant", "filler", "chooser"] {
            let recording = try Recording(name)
            for expected in try recording.facts["self_tests"].items() {
                let engine = try recording.engine()
                let mode = try expected["mode"].oneOf(Mode.self)
                let report = try runSelfTest(recording.bundle(), engine, mode: mode)
                XCTAssertNil(report.problem)
                let deviations = try expected["deviations"].items()
                XCTAssertEqual(report.deviations.count, deviations.count)
                for (found, deviation) in zip(report.deviations, deviations) {
                    try assertClose(found.deviation, deviation)
                }
                try assertClose(report.nearest, expected["nearest"])
                XCTAssertEqual(engine.open, 0)
            }
        }
    }

    func testAnswersTooFarOffAreFound() throws {
        let scaled = try problem { try Tensor(shape: $0.shape, values: $0.values.map { $0 * 1.5 }) }
        XCTAssertTrue(scaled.contains("deviates by 0.5, expected at most 0.02"), scaled)
        let none = try problem { try Tensor(shape: $0.shape, values: $0.values.map { _ in .nan }) }
        XCTAssertTrue(none.contains("deviates by infinity"), none)
        let reshaped = try problem { try Tensor(shape: $0.shape + [1], values: $0.values) }
        XCTAssertTrue(reshaped.contains("deviates by infinity"), reshaped)
    }

    func testAnArtifactOfAnotherModeIsFound() throws {
        let folder = try tiny.copy(to: temporaryFolder(self))
        try edit(folder.appendingPathComponent(manifestName)) { text in
            text.replacingOccurrences(of: "model.static.onnx", with: "swap")
                .replacingOccurrences(of: "model.fp32.onnx", with: "model.static.onnx")
                .replacingOccurrences(of: "swap", with: "model.fp32.onnx")
                .replacingOccurrences(
                    of: "tolerance\": [0-9.e-]+", with: "tolerance\": 9.0", options: .regularExpression)
        }
        let (fp32, quantized) = (
            folder.appendingPathComponent("model.fp32.onnx"),
            folder.appendingPathComponent("model.static.onnx")
        )
        let contents = (try Data(contentsOf: fp32), try Data(contentsOf: quantized))
        try contents.0.write(to: quantized)
        try contents.1.write(to: fp32)
        let report = try runSelfTest(ModelBundle(at: folder), tiny.engine(), mode: .static)
        XCTAssertEqual(report.problem, "it answers as the fp32 artifact does, not as static")
    }

    func testATokenizerThatReadsDifferentlyIsFound() throws {
        let folder = try tiny.copy(to: temporaryFolder(self))
        try edit(folder.appendingPathComponent(manifestName)) {
            $0.replacingOccurrences(of: "\"lowercase\": true", with: "\"lowercase\": false")
        }
        let report = try runSelfTest(ModelBundle(at: folder), tiny.engine(), mode: .static)
        XCTAssertEqual(report.problem, "the tokenizer reads the text of vector 0 differently")
    }

    func testASelfTestWithoutVectorsProvesNothing() throws {
        let folder = try tiny.copy(to: temporaryFolder(self))
        let file = folder.appendingPathComponent("self_test.json")
        try replace(file, with: #"{"vectors": []}"#, in: folder)
        assertRefused("expects nothing of the static mode", .checkFailed) {
            try runSelfTest(ModelBundle(at: folder), tiny.engine())
        }
    }
}
