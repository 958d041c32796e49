import EdgeBertTestSupport
import XCTest

@testable import EdgeBertCore

/// Every vector of tests/golden/wordpiece.json, which Hugging Face's tokenizer wrote.
final class WordPieceGoldenTests: XCTestCase {
    private var file: JSONNode!
    private var tokenizers: [String: WordPieceTokenizer] = [:]

    override func setUpWithError() throws {
        file = try golden("wordpiece.json")
        let vocabulary = try file["vocabulary"].texts()
        for (name, node) in try file["configs"].entries() {
            let config = try TokenizerConfig(node)
            tokenizers[name] = try WordPieceTokenizer(vocabulary: vocabulary, config: config)
        }
    }

    func testEveryCase() throws {
        let cases = try file["cases"].items()
        XCTAssertGreaterThan(cases.count, 250)
        for node in cases {
            try check(node) { ([try encode(node)], [node]) }
        }
    }

    func testEveryCaseOfWindows() throws {
        let cases = try file["window_cases"].items()
        XCTAssertGreaterThan(cases.count, 10)
        for node in cases {
            try check(node) { (try windows(node), try node["windows"].items()) }
        }
    }

    private func check(_ node: JSONNode, _ run: () throws -> ([Encoding], [JSONNode])) throws {
        if try node.find("error")?.bool() == true {
            XCTAssertThrowsError(try run(), node.place) { XCTAssertTrue($0 is EdgebertError, "\($0)") }
            return
        }
        let (found, expected) = try run()
        XCTAssertEqual(found.count, expected.count, node.place)
        for (encoding, values) in zip(found, expected) {
            let offsets = try values["offsets"].items().map { try $0.ints() }
            XCTAssertEqual(encoding.inputIDs, try values["input_ids"].ints(), node.place)
            XCTAssertEqual(encoding.tokenTypeIDs, try values["token_type_ids"].ints(), node.place)
            XCTAssertEqual(encoding.offsets.map { [$0.start, $0.end] }, offsets, node.place)
            XCTAssertEqual(encoding.sequenceIDs.count, encoding.count, node.place)
        }
    }

    private func encode(_ node: JSONNode) throws -> Encoding {
        let truncation = try node.textOrNil("truncation") ?? "longest_first"
        return try tokenizer(node).encode(
            try node["text"].text(),
            pair: try node.textOrNil("pair"),
            maxLength: try node["max_length"].int(),
            truncation: try XCTUnwrap(Truncation(rawValue: truncation)),
            allowMask: try node.find("allow_mask")?.bool() ?? false
        )
    }

    private func windows(_ node: JSONNode) throws -> [Encoding] {
        try tokenizer(node).encodeWindows(
            try node["text"].text(),
            pair: try node["pair"].text(),
            maxLength: try node["max_length"].int(),
            stride: try node["stride"].int()
        )
    }

    private func tokenizer(_ node: JSONNode) throws -> WordPieceTokenizer {
        try XCTUnwrap(tokenizers[try node["config"].text()])
    }
}
