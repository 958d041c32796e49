import EdgeBertTestSupport
import Foundation
import XCTest

@testable import EdgeBertCore

/// From a text to an answer on bundles that Python exported, as Python answered.
final class PipelineTests: XCTestCase {
    func testAnswersAreThoseOfPython() throws {
        for name in ["classifier", "answerer", "embedder", "assistant", "filler", "chooser"] {
            let recording = try Recording(name)
            let replies = try recording.facts["replies"].items()
            XCTAssertGreaterThanOrEqual(replies.count, 3)
            for reply in replies {
                let engine = try recording.engine()
                let mode = try reply["mode"].oneOf(Mode.self)
                try check(Pipeline.open(recording.bundle(), engine, mode: mode), reply)
                XCTAssertEqual(engine.open, 0)
            }
        }
    }

    private func check(_ pipeline: Pipeline, _ expected: JSONNode) throws {
        let request = Request(
            try expected["text"].text(), pair: try expected.textOrNil("pair"),
            choices: try expected["choices"].texts())
        let found = try pipeline.run(request)
        XCTAssertEqual(found.tokens, try expected["tokens"].ints())
        XCTAssertEqual(found.buckets, try expected["buckets"].ints())
        try assertAlike(expected["answer"], found.answer.plainJSON, tolerance: 1e-6)
    }

    func testNumbersThatAreNotFiniteAreNoAnswer() throws {
        let recording = try Recording("classifier")
        let engine = try recording.engine { tensor in
            try Tensor(shape: tensor.shape, values: tensor.values.map { _ in .nan })
        }
        let pipeline = try Pipeline.open(recording.bundle(), engine)
        let text = try recording.facts["replies"].items()[0]["text"].text()
        assertRefused("logits holds numbers that are not finite") { try pipeline.run(Request(text)) }
    }

    func testPaddingHasNoSayInAnAnswer() throws {
        let recording = try Recording("answerer")
        let replies = try recording.facts["replies"].items()
        let padded = try replies.first { try $0["tokens"].ints()[0] < $0["buckets"].ints()[0] }
        let engine = try recording.engine { tensor in
            try Tensor(shape: tensor.shape, values: tensor.values.dropLast() + [.nan])
        }
        try check(Pipeline.open(recording.bundle(), engine), try XCTUnwrap(padded))
    }

    func testOneBucketMayBeAskedFor() throws {
        let recording = try Recording("classifier")
        let bundle = try recording.bundle()
        let largest = try XCTUnwrap(bundle.manifest.buckets.last)
        let reply = try XCTUnwrap(
            recording.facts["replies"].items().first { try $0["buckets"].ints() == [largest] })
        let mode = try reply["mode"].oneOf(Mode.self)
        try check(Pipeline.open(bundle, recording.engine(), mode: mode, bucket: largest), reply)
        assertRefused("has no bucket of 17 tokens") {
            try Pipeline.open(bundle, recording.engine(), bucket: 17)
        }
    }

    func testATaskThatCoreDoesNotHaveIsRefusedAndLeavesNothingOpen() throws {
        let recording = try Recording("filler")
        let engine = try recording.engine()
        let folder = try recording.copy(to: temporaryFolder(self))
        let manifest = folder.appendingPathComponent(manifestName)
        let text = try String(contentsOf: manifest, encoding: .utf8)
        try Data(text.replacingOccurrences(of: "\"fill-mask\"", with: "\"translation\"").utf8)
            .write(to: manifest)
        assertRefused("task: found translation") { try Pipeline.open(ModelBundle(at: folder), engine) }
        XCTAssertEqual(engine.open, 0)
    }

    func testTheSmallestPrecisionIsChosen() throws {
        let recording = try Recording("tiny")
        let (engine, artifact) = try Pipeline.choose(recording.bundle(), [recording.engine()])
        XCTAssertEqual(engine.name, "onnxruntime")
        XCTAssertEqual(artifact.mode, .static)
        assertRefused("artifacts for onnx and the app runs none") {
            try Pipeline.choose(recording.bundle(), [])
        }
    }
}
