import EdgeBertTestSupport
import XCTest

@testable import EdgeBertCore

/// Every request of tests/golden/tasks.json: the ids that are run, and what becomes of the outputs.
final class TaskGoldenTests: XCTestCase {
    private var tokenizer: WordPieceTokenizer!

    override func setUpWithError() throws {
        let vocabulary = try golden("wordpiece.json")["vocabulary"].texts()
        tokenizer = try WordPieceTokenizer(vocabulary: vocabulary, config: TokenizerConfig())
    }

    func testTextClassification() throws {
        try checkAll("text-classification") { node, length in
            TextClassification(
                tokenizer: tokenizer, maxLength: length, labels: try node["labels"].texts(),
                threshold: try node.find("label_threshold")?.number())
        }
    }

    func testTokenClassification() throws {
        try checkAll("token-classification") { node, length in
            TokenClassification(tokenizer: tokenizer, maxLength: length, labels: try node["labels"].texts())
        }
    }

    func testIntentAndSlots() throws {
        try checkAll("intent-and-slots") { node, length in
            IntentAndSlotFilling(
                tokenizer: tokenizer, maxLength: length, intents: try node["labels"].texts(),
                slotLabels: try node["slot_labels"].texts())
        }
    }

    func testQuestionAnswering() throws {
        try checkAll("question-answering") { _, length in
            QuestionAnswering(tokenizer: tokenizer, maxLength: length)
        }
    }

    func testFeatureExtraction() throws {
        // Embeddings are float32 here and there.
        try checkAll("feature-extraction", tolerance: 1e-6) { node, length in
            FeatureExtraction(
                tokenizer: tokenizer, maxLength: length, output: "output",
                pooled: try node["pooling"].text() != "none", normalize: try node["normalize"].bool())
        }
    }

    func testFillMask() throws {
        try checkAll("fill-mask") { _, length in FillMask(tokenizer: tokenizer, maxLength: length) }
    }

    func testMultipleChoice() throws {
        try checkAll("multiple-choice") { _, length in
            MultipleChoice(tokenizer: tokenizer, maxLength: length)
        }
    }

    func testEveryTaskOfTheFileIsTestedHere() throws {
        let tasks = Set(try golden("tasks.json")["cases"].items().map { try $0["task"].text() })
        XCTAssertEqual(
            tasks,
            [
                "text-classification", "token-classification", "intent-and-slots", "question-answering",
                "feature-extraction", "fill-mask", "multiple-choice",
            ])
    }

    private func checkAll(
        _ name: String, tolerance: Double = 1e-12, _ task: (JSONNode, Int) throws -> any ModelTask
    ) throws {
        let cases = try golden("tasks.json")["cases"].items().filter { try $0["task"].text() == name }
        XCTAssertGreaterThanOrEqual(cases.count, 8)
        for node in cases { try check(node, task(node, node["max_length"].int()), tolerance) }
    }

    private func check(_ node: JSONNode, _ task: any ModelTask, _ tolerance: Double) throws {
        let request = try Request(
            node["text"].text(), pair: node.textOrNil("pair"),
            choices: node.find("choices")?.texts() ?? [], topK: node.find("top_k")?.int())
        if try node.find("error")?.bool() == true {
            XCTAssertThrowsError(try task.encode(request), node.place) {
                XCTAssertTrue($0 is EdgebertError, "\($0)")
            }
            return
        }
        let runs = try node["runs"].items()
        let encoded = try task.encode(request)
        XCTAssertEqual(
            encoded.encodings.map(\.inputIDs), try runs.map { try $0["input_ids"].ints() }, node.place)
        XCTAssertEqual(
            encoded.encodings.map(\.tokenTypeIDs), try runs.map { try $0["token_type_ids"].ints() },
            node.place)
        let outputs = try runs.map { try $0["outputs"].tensors() }
        let answer = try task.decode(encoded, outputs)
        try assertAlike(node["answer"], answer.plainJSON, tolerance: tolerance)
    }
}
