import EdgeBertTestSupport
import XCTest

@testable import EdgeBertCore

/// From a text to an answer on bundles that Python exported, as Python answered.
final class PipelineTests: XCTestCase {
    func testAnswersAreThoseOfPython() throws {
        for name in ["classifier", "answerer", "embedder", "assistant"] {
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
        let found = try pipeline.run(Request(expected["text"].text(), pair: expected.textOrNil("pair")))
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
        assertRefused("task: found fill-mask") { try Pipeline.open(recording.bundle(), engine) }
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
