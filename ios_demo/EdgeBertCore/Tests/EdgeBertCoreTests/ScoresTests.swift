import EdgeBertTestSupport
import XCTest

@testable import EdgeBertCore

final class ScoresTests: XCTestCase {
    private func tokenizer() throws -> WordPieceTokenizer {
        try WordPieceTokenizer(
            vocabulary: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"], config: TokenizerConfig())
    }

    func testLargeLogitsDoNotOverflow() {
        XCTAssertEqual(softmax([1000, 1000, -1000]), [0.5, 0.5, 0])
    }

    func testTheLowerIndexComesFirstAmongEquals() {
        XCTAssertEqual(bestFirst([1, 2, 0.5, 2], count: 3), [1, 3, 0])
    }

    func testCosines() throws {
        XCTAssertEqual(try cosine([3, 4], [6, 8]), 1, accuracy: 1e-12)
        XCTAssertEqual(try cosine([0, 2], [0, -1]), -1, accuracy: 1e-12)
        XCTAssertEqual(try cosine([3, 4], [1, 0]), 0.6, accuracy: 1e-12)
        XCTAssertEqual(try cosine([0, 0], [1, 0]), 0)
        assertRefused("embeddings of 1 and 2 numbers") { try cosine([1], [1, 2]) }
    }

    func testAModelWithAnotherNumberOfLabelsIsRefused() throws {
        let task = TextClassification(tokenizer: try tokenizer(), maxLength: 8, labels: ["yes", "no"])
        let encoded = try task.encode(Request("a"))
        let logits = try Tensor(shape: [3], values: [1, 2, 3])
        assertRefused("names 2 but the model scores 3") { try task.decode(encoded, [["logits": logits]]) }
        assertRefused("no output logits, found other") { try task.decode(encoded, [["other": logits]]) }
        assertRefused("top_k: found 0") { try Request("a", topK: 0) }
    }

    func testAModelWithAnotherNumberOfTokensIsRefused() throws {
        let two = try Tensor(shape: [2], values: [1, 2])
        let asked = QuestionAnswering(tokenizer: try tokenizer(), maxLength: 16)
        let question = try asked.encode(Request("a", pair: "a a"))
        assertRefused("expected 6 tokens") {
            try asked.decode(question, [["start_logits": two, "end_logits": two]])
        }
        let filler = FillMask(tokenizer: try tokenizer(), maxLength: 16)
        let masked = try filler.encode(Request("a [MASK]"))
        assertRefused("expected 4 tokens") { try filler.decode(masked, [["logits": two]]) }
        let tagger = TokenClassification(tokenizer: try tokenizer(), maxLength: 16, labels: ["O", "B-x"])
        let logits = try Tensor(shape: [1, 2], values: [1, 2])
        assertRefused("expected 3 tokens") {
            try tagger.decode(try tagger.encode(Request("a")), [["logits": logits]])
        }
    }

    func testAModelWithSeveralScoresOfAChoiceIsRefused() throws {
        let task = MultipleChoice(tokenizer: try tokenizer(), maxLength: 16)
        let encoded = try task.encode(Request("a", choices: ["a", "a a"]))
        let outputs = ["logits": try Tensor(shape: [2], values: [1, 2])]
        assertRefused("found 2 scores of one choice") { try task.decode(encoded, [outputs, outputs]) }
    }

    func testChoicesAreRefusedWhereATaskHasNoUseForThem() throws {
        let tokenizer = try tokenizer()
        let tasks: [any ModelTask] = [
            TextClassification(tokenizer: tokenizer, maxLength: 8, labels: ["x"]),
            TokenClassification(tokenizer: tokenizer, maxLength: 8, labels: ["O"]),
            IntentAndSlotFilling(tokenizer: tokenizer, maxLength: 8, intents: ["x"], slotLabels: ["O"]),
            FeatureExtraction(
                tokenizer: tokenizer, maxLength: 8, output: "output", pooled: true, normalize: true),
            FillMask(tokenizer: tokenizer, maxLength: 8),
        ]
        for task in tasks {
            assertRefused("found 2 choices, expected none") {
                try task.encode(Request("[MASK]", choices: ["a", "b"]))
            }
        }
        assertRefused("found 1 choices, expected none") {
            try QuestionAnswering(tokenizer: tokenizer, maxLength: 8)
                .encode(Request("a", pair: "a", choices: ["a"]))
        }
    }

    func testATextWithoutAMaskIsRefused() throws {
        let task = FillMask(tokenizer: try tokenizer(), maxLength: 4)
        assertRefused("fill-mask: found no [MASK] in the text") { try task.encode(Request("a a")) }
        assertRefused("found no [MASK] in the first 4 tokens") { try task.encode(Request("a a a [MASK]")) }
    }

    func testNoAnswerIsLongerThanFifteenTokensAndNoneRunsBackwards() throws {
        let task = QuestionAnswering(tokenizer: try tokenizer(), maxLength: 40)
        let encoded = try task.encode(Request("a", pair: String(repeating: "a ", count: 20)))
        let count = encoded.encodings[0].count
        func answer(_ start: Int, _ end: Int) throws -> ExtractedSpan {
            func peak(_ at: Int) throws -> Tensor {
                try Tensor(shape: [count], values: (0..<count).map { $0 == at ? 20 : 0 })
            }
            let outputs = ["start_logits": try peak(start), "end_logits": try peak(end)]
            guard case .span(let span) = try task.decode(encoded, [outputs]).content else {
                throw EdgebertError.badInput("no span")
            }
            return span
        }
        let first = 3
        XCTAssertEqual(try answer(first, first + 14).text.count, 29)
        XCTAssertGreaterThan(try answer(first, first + 14).score, 0.99)
        XCTAssertLessThan(try answer(first, first + 15).score, 0.1)
        XCTAssertLessThan(try answer(first + 1, first).score, 0.1)
    }
}
