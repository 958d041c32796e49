import XCTest

@testable import EdgeBertCore

final class JSONTests: XCTestCase {
    func testEveryKindOfValueIsRead() throws {
        let string = #""x\u00e9\ud83d\ude00\n\"\\\/""#
        let text = " { \"a\" : [1, -2.5e-3, true, false, null, \(string)] , \"b\":{}, \"c\":[ ] }"
        let items: [JSON] = [
            .number("1"), .number("-2.5e-3"), .bool(true), .bool(false), .null,
            .string("xé\u{1F600}\n\"\\/"),
        ]
        XCTAssertEqual(try parseJSON(text), ["a": .array(items), "b": .object([]), "c": .array([])])
    }

    func testWhatIsNoJSONIsRefused() {
        let refused = [
            "", " ", "{", "[1", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\" 1}", "[1 2]", "[1}",
            "nul", "NaN", "Infinity", "01", "1.", ".5", "+1", "1e", "-", "--1", "1 1", "{} x", "// c\n1",
            "\"a", #""\x""#, #""\u12""#, #""\u12g4""#, #""\u +12""#, "\"\t\"", "{\"a\":1,\"a\":2}",
            "\u{FEFF}1", #""\ud83d""#, #""\ude00""#, #""\ud83d\n""#, #""\ud83d\u0041""#,
        ]
        for text in refused {
            XCTAssertThrowsError(try parseJSON(text), text) { error in
                XCTAssertTrue((error as? JSONError)?.message.hasPrefix("not valid JSON: ") ?? false)
            }
        }
    }

    func testDeepNestingIsRefusedAndDoesNotOverflow() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        XCTAssertNoThrow(try parseJSON(nested(deepestJSON)))
        XCTAssertThrowsError(try parseJSON(nested(100_000)))
        XCTAssertThrowsError(try parseJSON(String(repeating: "{\"a\":", count: 100_000)))
    }

    func testWhatIsWrittenIsReadAsItWas() throws {
        let value: JSON = [
            "text": .string("a\"\\\0\u{1f}\nü\u{1F600}"),
            "numbers": .doubles([0.1, -1e-300, 5e20]),
            "int": .int(7),
            "none": .null,
            "yes": .bool(true),
        ]
        XCTAssertEqual(try parseJSON(value.encoded()), value)
        XCTAssertFalse(value.encoded().contains("\n"))
    }

    func testNamesThatOnlyLookAlikeAreTwo() throws {
        let root = JSONNode(try parseJSON("{\"\u{e9}\": 1, \"e\u{301}\": 2}"))
        XCTAssertEqual(try root["\u{e9}"].int(), 1)
        XCTAssertEqual(try root["e\u{301}"].int(), 2)
    }

    func testAValueOfAnotherTypeIsToldWithItsPlace() throws {
        let root = JSONNode(
            try parseJSON(#"{"a": [{"b": "x"}], "n": 1.5, "big": 1e999, "long": 3000000000}"#))
        let node = try root["a"].items()[0]["b"]
        XCTAssertEqual(try node.text(), "x")
        assertFails("found \"x\", expected an integer at $.a[0].b") { try node.int() }
        assertFails("found 1.5, expected an integer at $.n") { try root["n"].int() }
        assertFails("found 3000000000, expected an integer at $.long") { try root["long"].int() }
        XCTAssertEqual(try root["long"].long(), 3_000_000_000)
        assertFails("found 1e999, expected a finite number at $.big") { try root["big"].number() }
        assertFails("found no field c in $") { try root["c"] }
        assertFails("found an unknown field big in $") { try root.allowOnly("a", "n") }
    }

    private func assertFails<Value>(_ message: String, _ run: () throws -> Value) {
        XCTAssertThrowsError(try run()) { XCTAssertEqual(($0 as? JSONError)?.message, message) }
    }
}
