import EdgeBertTestSupport
import Foundation
import XCTest

@testable import EdgeBertCore

final class WordPieceTokenizerTests: XCTestCase {
    private let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

    private func tokenizer(_ more: [String] = ["light", "##s", "i", "😀", "e", "!"]) throws
        -> WordPieceTokenizer
    {
        try WordPieceTokenizer(vocabulary: special + more, config: TokenizerConfig())
    }

    func testPositionsCountScalarsAndLeadBackToTheText() throws {
        let text = "😀 Lights\u{200b}! 😀É"
        let encoding = try tokenizer().encode(text, maxLength: 16)
        let pieces = encoding.offsets.dropFirst().dropLast().map { text.part($0) }
        XCTAssertEqual(pieces, ["😀", "Light", "s", "!", "😀É"])
        XCTAssertEqual(encoding.offsets[1], TextRange(0, 1))
        XCTAssertEqual(String(text[TextRange(2, 8).indices(in: text)]), "Lights")
    }

    func testCharactersOfSeveralScalarsAreCountedByScalars() throws {
        let text = "🇬🇧👩‍👩‍👧 e\r\ne"
        let encoding = try tokenizer().encode(text, maxLength: 16)
        XCTAssertEqual(
            encoding.offsets.dropFirst().dropLast(), [TextRange(0, 7), TextRange(8, 9), TextRange(11, 12)])
        XCTAssertEqual(text.part(TextRange(11, 12)), "e")
    }

    func testTokensThatOnlyLookAlikeAreTwo() throws {
        var config = TokenizerConfig()
        config.lowercase = false
        let tokens = ["\u{e9}", "e\u{301}", "##\u{301}x", "e"]
        let tokenizer = try WordPieceTokenizer(vocabulary: special + tokens, config: config)
        XCTAssertEqual(
            try tokenizer.encode("\u{e9} e\u{301} e\u{301}x", maxLength: 9).inputIDs, [2, 5, 6, 1, 3])
        XCTAssertEqual(try tokenizer.encode("\u{e9} e\u{301}", maxLength: 9).inputIDs, [2, 5, 6, 3])
        let shorter = try WordPieceTokenizer(vocabulary: special + ["##\u{301}x", "e"], config: config)
        XCTAssertEqual(try shorter.encode("e\u{301}x", maxLength: 9).inputIDs, [2, 6, 5, 3])
    }

    func testLowercaseDoesNotDependOnTheLocale() throws {
        XCTAssertEqual(try tokenizer().encode("I", maxLength: 8).inputIDs, [2, 7, 3])
        XCTAssertEqual(try tokenizer(["i", "##̇"]).encode("İ", maxLength: 8).inputIDs, [2, 5, 3])
    }

    func testATypedSpecialTokenIsPlainTextAndTheMaskIsOneOnlyWhereItIsAskedFor() throws {
        let tokenizer = try tokenizer()
        let text = "[SEP] light [MASK]e"
        let plain = try tokenizer.encode(text, maxLength: 32).inputIDs.dropFirst().dropLast()
        XCTAssertFalse(plain.contains { (2...4).contains($0) })
        let masked = try tokenizer.encode(text, maxLength: 32, allowMask: true)
        XCTAssertEqual(masked.inputIDs.filter { $0 == tokenizer.maskID }.count, 1)
        let place = try XCTUnwrap(masked.inputIDs.firstIndex(of: tokenizer.maskID))
        XCTAssertEqual(masked.offsets[place], TextRange(12, 18))
    }

    func testALongTextCostsNoMoreThanItsBeginning() throws {
        let text = String(repeating: "light ", count: 200_000)
        let tokenizer = try tokenizer()
        XCTAssertEqual(try tokenizer.encode(text, maxLength: 8).inputIDs, [2, 5, 5, 5, 5, 5, 5, 3])
    }

    func testSeveralTasksMayShareIt() async throws {
        let tokenizer = try tokenizer()
        let expected = try tokenizer.encode("lights É😀!", maxLength: 16)
        let found = try await withThrowingTaskGroup(of: Encoding.self) { group in
            for _ in 0..<200 {
                group.addTask { try tokenizer.encode("lights É😀!", maxLength: 16) }
            }
            return try await group.reduce(into: [Encoding]()) { $0.append($1) }
        }
        XCTAssertEqual(found, Array(repeating: expected, count: 200))
    }

    func testAVocabularyThatCannotBeUsedIsRefused() throws {
        func make(_ vocabulary: [String], maxWordChars: Int = 100) throws -> WordPieceTokenizer {
            var config = TokenizerConfig()
            config.maxWordChars = maxWordChars
            return try WordPieceTokenizer(vocabulary: vocabulary, config: config)
        }
        assertRefused("lacks \"[MASK]\"") { try make(special.dropLast()) }
        assertRefused("stands twice, with ids 0 and 5") { try make(special + [special[0]]) }
        assertRefused("found no token") { try make([]) }
        assertRefused("max_word_chars: found 0") { try make(special, maxWordChars: 0) }
        let tokenizer = try tokenizer()
        assertRefused("token id: found 11, expected 0 to 10") { try tokenizer.token(11) }
        assertRefused("token id: found -1") { try tokenizer.token(-1) }
    }

    func testAVocabularyFileIsReadAsItIs() throws {
        let content = "\u{FEFF}a\r\n\u{2028}\n\u{a0}\nb"
        XCTAssertEqual(
            try readVocabulary(Array(content.utf8), source: "v"), ["a", "\u{2028}", "\u{a0}", "b"])
        XCTAssertEqual(try readVocabulary(Array("a\n\nb\n".utf8), source: "v"), ["a", "", "b"])
        XCTAssertEqual(try readVocabulary(Array("\u{e9}\ne\u{301}".utf8), source: "v").count, 2)
        assertRefused("not UTF-8") { try readVocabulary([0x61, 0xC3], source: "v") }
        assertRefused("token \"a\" stands twice") { try readVocabulary(Array("a\na\n".utf8), source: "v") }
        assertRefused("found no token") { try readVocabulary([], source: "v") }
    }
}
