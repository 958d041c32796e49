import EdgeBertTestSupport
import Foundation
import XCTest

@testable import EdgeBertCore

/// A manifest that Python wrote, whole and damaged.
final class ManifestTests: XCTestCase {
    private var text = ""
    private var members: [JSONMember] = []

    override func setUpWithError() throws {
        let file = try Recording("tiny").folder.appendingPathComponent(manifestName)
        text = try String(contentsOf: file, encoding: .utf8)
        guard case .object(let members) = try parseJSON(text) else { return XCTFail(text) }
        self.members = members
    }

    private func read(_ text: String) throws -> Manifest { try readManifest(Array(text.utf8), source: "m") }

    func testAllOfItIsRead() throws {
        let manifest = try read(text)
        let node = JSONNode(.object(members))
        XCTAssertEqual(manifest.task, "feature-extraction")
        XCTAssertEqual(manifest.buckets, [8, 16])
        XCTAssertEqual(
            manifest.outputs,
            [Output(name: "hidden", perToken: true), Output(name: "logits", perToken: false)])
        XCTAssertEqual(manifest.artifacts.map(\.mode), [.static, .fp32])
        XCTAssertEqual(manifest.pooling, .mean)
        XCTAssertEqual(manifest.source.license, "Apache-2.0")
        XCTAssertEqual(manifest.calibration?.texts, 3)
        XCTAssertEqual(manifest.fidelity.map(\.worst), [0.97])
        XCTAssertEqual(manifest.files.keys.sorted(), try node["files"].entries().map(\.name).sorted())
        XCTAssertEqual(manifest.tokenizer.maxWordChars, try node["tokenizer"]["max_word_chars"].int())
        XCTAssertEqual(manifest.slotLabels, [])
    }

    func testMeasuredAccuracyIsReadAndMayBeMissing() throws {
        let figure = AccuracyFigure(
            backend: .onnx, mode: .static, metric: "accuracy", fp32: 0.9, value: 0.89, low: -0.02, high: 0)
        let json =
            #"{"data": "test.jsonl", "sha256": "0", "rows": 12, "figures": [{"backend": "onnx", "#
            + #""mode": "static", "metric": "accuracy", "fp32": 0.9, "value": 0.89, "low": -0.02, "high": 0}]}"#
        let measured = try read(edited("accuracy", try parseJSON(json)))
        XCTAssertEqual(
            measured.accuracy, Accuracy(data: "test.jsonl", sha256: "0", rows: 12, figures: [figure]))
        XCTAssertNil(try read(without("accuracy")).accuracy)
        XCTAssertNil(try read(edited("accuracy", .null)).accuracy)
    }

    func testFP16IsReadAndIsMostlyMissing() throws {
        let next = #""nearest_tolerance":"#
        let fp16 = #""fp16":{"texts":72,"agreement":0.98,"worst":0.9},"#
        XCTAssertTrue(text.contains(next))
        let allowed = text.replacingOccurrences(of: next, with: fp16 + next)
        let half = HalfPrecision(texts: 72, agreement: 0.98, worst: 0.9)
        XCTAssertEqual(try read(allowed).artifacts.map(\.fp16), [half, half])
        XCTAssertEqual(try read(text).artifacts.map(\.fp16), [nil, nil])
        let misspelled = allowed.replacingOccurrences(of: "worst\":0.9", with: "best\":0.9")
        assertRefused("unknown field best") { try read(misspelled) }
    }

    func testATemperatureIsReadAndIsMostlyMissing() throws {
        let json =
            #"{"data": "rows.jsonl", "sha256": "0", "rows": 12, "heads": [{"output": "logits", "#
            + #""temperature": 1.5, "answers": 11, "ece_before": 0.2, "ece_after": 0.05}]}"#
        let head = HeadTemperature(
            output: "logits", temperature: 1.5, answers: 11, eceBefore: 0.2, eceAfter: 0.05)
        XCTAssertEqual(
            try read(edited("temperature", try parseJSON(json))).temperature,
            Temperature(data: "rows.jsonl", sha256: "0", rows: 12, heads: [head]))
        XCTAssertNil(try read(text).temperature)
        let misspelled = json.replacingOccurrences(of: "answers", with: "answer")
        assertRefused("unknown field answer") { try read(edited("temperature", try parseJSON(misspelled))) }
    }

    func testAThresholdIsForAClassifierAndAShare() throws {
        let outputs = try parseJSON(#"[{"name": "logits", "per_token": false}]"#)
        let others = members.filter { !["task", "outputs"].contains($0.name) }
        func classifier(_ threshold: String) throws -> String {
            JSON.object(
                others + [
                    JSONMember("task", .string("text-classification")), JSONMember("outputs", outputs),
                    JSONMember("label_threshold", try parseJSON(threshold)),
                ]
            ).encoded()
        }
        XCTAssertEqual(try read(classifier("0.25")).labelThreshold, 0.25)
        XCTAssertNil(try read(text).labelThreshold)
        assertRefused("label_threshold: found 1.0, expected a score between 0 and 1") {
            try read(classifier("1"))
        }
        assertRefused("label_threshold: found 0.5, expected none: only text-classification has it") {
            try read(edited("label_threshold", try parseJSON("0.5")))
        }
    }

    func testIntentsAndSlots() throws {
        let manifest = try Recording("assistant").bundle().manifest
        XCTAssertEqual(manifest.task, "intent-and-slots")
        XCTAssertFalse(manifest.slotLabels.isEmpty)
        XCTAssertEqual(try read(without("slot_labels")).slotLabels, [])
        assertRefused("slot_labels: found 1, expected none: only intent-and-slots has them") {
            try read(edited("slot_labels", .strings(["O"])))
        }
        assertRefused("expected intent_logits (of the text), slot_logits (a token) for intent-and-slots") {
            try read(edited("task", .string("intent-and-slots")))
        }
    }

    func testANewerFormatIsRefusedByNameWhateverElseItHolds() {
        assertRefused("m: made by a newer edgebert (format 3, this app reads 1): update the app") {
            try read(#"{"format": 3, "models": [1, 2]}"#)
        }
        assertRefused("format 0, this app reads 1") { try read(#"{"format": 0}"#) }
    }

    func testWhatIsNoManifestIsRefusedInOneLine() {
        let refused = [
            "": "m: not valid JSON",
            "[1]": "found an array, expected an object at $",
            "{}": "found no field format",
            #"{"format": "1"}"#: "expected an integer at $.format",
            #"{"format": 1}"#: "found no field",
            text.replacingOccurrences(of: "0.97", with: "1e999"):
                "expected a finite number at $.fidelity[0].worst",
            String(text.dropLast(5)): "not valid JSON",
            text.replacingOccurrences(of: "\"task\"", with: "\"task\": \"x\", \"task\""):
                "found the name task twice",
        ]
        for (json, message) in refused { assertRefused(message) { try read(json) } }
        let latin = Array("{\"format\": 1, \"edgebert\": \"".utf8) + [0xE9] + Array("\"}".utf8)
        assertRefused("not UTF-8") { try readManifest(latin, source: "m") }
    }

    func testPartsThatDoNotFitAreRefused() throws {
        let artifacts = try list("artifacts")
        let refused = [
            edited("surprise", .int(1)): "unknown field surprise",
            edited("pooling", .string("max")): "found \"max\", expected one of none, mean, cls, pooler",
            edited("labels", .null): "expected an array at $.labels",
            edited("buckets", .ints([])): "buckets: found []",
            edited("buckets", .ints([16, 8])): "buckets: found [16, 8], expected them ascending",
            edited("buckets", .ints([8, 8])): "expected them ascending, each once",
            edited("buckets", .ints([0, 8])): "expected lengths of 1 or more",
            edited("inputs", .strings(["pixels"])): "inputs: found [\"pixels\"]",
            edited("outputs", .array([])): "outputs: found []",
            edited("artifacts", .array([])): "artifacts: found none",
            edited("artifacts", .array(artifacts + artifacts.prefix(1))):
                "found 2 for onnx static, expected one",
            edited("vocabulary", .string("vocab.txt")): "vocabulary: vocab.txt is not among",
            edited("files", .object([])): "vocabulary: tokenizer/vocab.txt is not among",
            try withFile(manifestName): "files: found \"manifest.json\"",
            text.replacingOccurrences(of: "\"tolerance\": 0.02", with: "\"tolerance\": -1"):
                "tolerance of model.static.onnx",
            text.replacingOccurrences(of: "\"mode\": \"static\"", with: "\"mode\": \"int4\""):
                "at $.artifacts[0].mode",
        ]
        for (json, message) in refused { assertRefused(message) { try read(json) } }
    }

    func testPathsThatLeaveTheFolderAreRefused() throws {
        let paths = ["/etc/passwd", "../x", "a/../../x", "./x", "a//b", "", "C:\\x", "a\\b", "a\0b", "a/"]
        for path in paths {
            assertRefused("expected a path inside the bundle") { try read(try withFile(path)) }
            assertRefused("expected a path inside the bundle") { try read(edited("recipe", .string(path))) }
        }
    }

    func testWhateverIsDoneToAManifestItOpensOrIsRefused() {
        var random = SplitMix64(seed: 0)
        var refused = 0
        for _ in 0..<500 {
            var bytes = Array(text.utf8)
            for _ in 0..<3 {
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            do {
                _ = try readManifest(bytes, source: "m")
            } catch {
                refused += 1
                XCTAssertFalse(error.message.contains { $0.isNewline }, error.message)
            }
        }
        XCTAssertGreaterThan(refused, 100)
    }

    /// The manifest with another value of a field, or a field more.
    private func edited(_ name: String, _ value: JSON) -> String {
        JSON.object(members.filter { $0.name != name } + [JSONMember(name, value)]).encoded()
    }

    private func without(_ name: String) -> String {
        JSON.object(members.filter { $0.name != name }).encoded()
    }

    private func list(_ name: String) throws -> [JSON] {
        try JSONNode(.object(members))[name].items().map(\.json)
    }

    /// The manifest with one file more.
    private func withFile(_ path: String) throws -> String {
        let files = try JSONNode(.object(members))["files"]
        let recipe = try files["recipe.toml"].json
        let others = try files.entries().map { JSONMember($0.name, $0.node.json) }
        return edited("files", .object(others + [JSONMember(path, recipe)]))
    }
}
