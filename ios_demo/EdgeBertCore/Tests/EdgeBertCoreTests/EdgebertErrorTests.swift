import XCTest

@testable import EdgeBertCore

final class EdgebertErrorTests: XCTestCase {
    func testAMessageIsOneLine() {
        let error = EdgebertError.checkFailed("a\nb\r\nc\rd")
        XCTAssertEqual(error.message, "a b c d")
        XCTAssertEqual(error.errorDescription, error.message)
        XCTAssertEqual("\(error)", error.message)
        XCTAssertEqual(error.localizedDescription, error.message)
    }
}
