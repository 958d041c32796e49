import EdgeBertCore
import EdgeBertTestSupport
import XCTest

@testable import EdgeBertDemo

/// What a chat shows of the answers that exported bundles give.
final class AnswerTextTests: XCTestCase {
    private func reply(_ name: String, _ request: Request) throws -> Answer {
        let recording = try Recording(name)
        return try Pipeline.open(recording.bundle(), recording.engine()).run(request).answer
    }

    func testLabelsAreShownWithTheirShare() throws {
        let lines = try answerLines(try reply("classifier", Request("turn on the light")))
        XCTAssertEqual(lines.count, 4)
        let shares = lines.compactMap(\.share)
        XCTAssertEqual(shares, shares.sorted(by: >))
        XCTAssertEqual(shares.reduce(0, +), 1, accuracy: 1e-9)
        XCTAssertEqual(lines[0].spoken, "\(lines[0].text), \(lines[0].percent)")
    }

    func testTheIntentComesBeforeItsSlots() throws {
        let answer = try reply("assistant", Request("turn on the light"))
        guard case .intentAndSlots(let intents, let slots) = answer.content else {
            return XCTFail("\(answer)")
        }
        let lines = try answerLines(answer)
        XCTAssertEqual(lines.map(\.text), [intents[0].label] + slots.map { "\($0.label): \($0.text)" })
    }

    func testASpanIsShownOrThatThereIsNone() throws {
        let context = "the light is on in the weather, it is lightest"
        let lines = try answerLines(try reply("answerer", Request("what is on?", pair: context)))
        XCTAssertEqual(lines.count, 1)
        XCTAssertTrue(context.contains(lines[0].text))
        let none = try answerLines(try reply("answerer", Request("what is on?", pair: "")))
        XCTAssertEqual(none, [AnswerLine("No answer was found.")])
    }

    func testEveryMaskIsShownFilledInItsText() throws {
        let one = try answerLines(try reply("filler", Request("turn on the [MASK]")))
        XCTAssertEqual(one.count, 5)
        let shares = one.compactMap(\.share)
        XCTAssertEqual(shares.count, 5)
        XCTAssertEqual(shares, shares.sorted(by: >))
        XCTAssertTrue(one.allSatisfy { $0.text.hasPrefix("turn on the") && !$0.text.contains("[MASK]") })
        let two = try answerLines(try reply("filler", Request("[MASK] the weather, [MASK]?")))
        XCTAssertEqual(two.count, 10)
        XCTAssertTrue(two.prefix(5).allSatisfy { $0.text.hasSuffix(" the weather, [MASK]?") })
        XCTAssertTrue(two.suffix(5).allSatisfy { $0.text.hasPrefix("[MASK] the weather,") })
    }

    func testChoicesAreShownBestFirst() throws {
        let choices = ["is it playing?", "light"]
        let lines = try answerLines(
            try reply("chooser", Request("turn on the light", choices: choices)))
        XCTAssertEqual(Set(lines.map(\.text)), Set(choices))
        let shares = lines.compactMap(\.share)
        XCTAssertEqual(shares, shares.sorted(by: >))
        XCTAssertEqual(shares.reduce(0, +), 1, accuracy: 1e-9)
    }

    func testAnEmbeddingIsComparedWithEarlierTexts() throws {
        let answer = try reply("embedder", Request("turn on the light"))
        guard case .embedding(let embedding) = answer.content else { return XCTFail("\(answer)") }
        XCTAssertEqual(
            try answerLines(answer),
            [AnswerLine("An embedding of \(embedding.count) numbers. Send more texts to compare.")])
        let opposite = EmbeddedText(text: "other", embedding: embedding.map { -$0 })
        let same = EmbeddedText(text: "same", embedding: embedding)
        let lines = try answerLines(answer, earlier: [opposite, same])
        XCTAssertEqual(lines.map(\.text), ["like “same”", "like “other”"])
        XCTAssertEqual(lines.map(\.percent), ["100 %", "0 %"])
        assertRefused("cosine: found embeddings") {
            try answerLines(answer, earlier: [EmbeddedText(text: "short", embedding: [1])])
        }
    }

    func testATextThatWasCutIsToldSo() throws {
        let lines = try answerLines(
            try reply("classifier", Request(String(repeating: "play ", count: 60))))
        XCTAssertEqual(lines.last?.text, "The text was too long; its end was not read.")
    }
}
