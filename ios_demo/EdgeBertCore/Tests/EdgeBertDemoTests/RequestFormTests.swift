import XCTest

@testable import EdgeBertDemo

final class RequestFormTests: XCTestCase {
    func testAFormAsksForWhatItsTaskNeeds() {
        let tasks = ["feature-extraction", "fill-mask", "question-answering", "multiple-choice"]
        let forms = tasks.map { RequestForm(task: $0) }
        XCTAssertEqual(forms, [.text, .maskedText, .question, .choices])
        XCTAssertEqual(forms.map { $0.secondPrompt != nil }, [false, false, true, true])
        XCTAssertEqual(Set(forms.map(\.prompt)).count, 4)
    }
}
