import EdgeBertTestSupport
import XCTest

@testable import EdgeBertCore

/// The deviations of tests/golden/deviations.json.
final class DeviationGoldenTests: XCTestCase {
    func testEveryCase() throws {
        let cases = try golden("deviations.json")["cases"].items()
        XCTAssertGreaterThanOrEqual(cases.count, 15)
        for node in cases {
            let stored = StoredOutput(
                name: try node["stored"]["name"].text(),
                shape: try node["stored"]["shape"].ints(),
                stride: try node["stored"]["stride"].int(),
                values: try node["stored"]["values"].floats()
            )
            let found = deviation(of: try node.tensor(), from: stored)
            if let expected = try node["deviation"].orNil {
                try assertClose(found, expected, tolerance: 1e-9)
            } else {
                XCTAssertEqual(found, .infinity, node.place)
            }
        }
    }

    func testWhatIsNoNumberIsInfinitelyFar() throws {
        let stored = StoredOutput(name: "logits", shape: [1, 2], stride: 1, values: [1, 2])
        for value in [Float.nan, Float.infinity] {
            let tensor = try Tensor(shape: [1, 2], values: [1, value])
            XCTAssertEqual(deviation(of: tensor, from: stored), .infinity)
        }
    }
}
