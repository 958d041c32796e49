import EdgeBertTestSupport
import XCTest

@testable import EdgeBertCore

final class InputsTests: XCTestCase {
    func testTheSmallestBucketThatFitsIsChosen() throws {
        let buckets = [16, 32, 64]
        XCTAssertEqual(try [1, 16, 17, 64].map { try chooseBucket(buckets, length: $0) }, [16, 16, 32, 64])
        assertRefused("the largest bucket takes 64") { try chooseBucket(buckets, length: 65) }
        assertRefused("the largest bucket takes 0") { try chooseBucket([], length: 1) }
    }

    func testInputsAreFilledUp() throws {
        let inputs = try padInputs(inputIDs: [2, 5, 3], tokenTypeIDs: [0, 1, 1], bucket: 5, padID: 9)
        XCTAssertEqual(
            inputs,
            [
                "input_ids": [2, 5, 3, 9, 9],
                "attention_mask": [1, 1, 1, 0, 0],
                "token_type_ids": [0, 1, 1, 0, 0],
            ])
    }

    func testOnlyWhatTheArtifactTakesIsMade() throws {
        func pad(_ ids: [Int], _ types: [Int], names: [String] = inputNames) throws -> [String: [Int32]] {
            try padInputs(inputIDs: ids, tokenTypeIDs: types, bucket: 4, padID: 0, names: names)
        }
        XCTAssertEqual(Array(try pad([2], [0], names: ["input_ids"]).keys), ["input_ids"])
        assertRefused("input pixels: unknown") { try pad([2], [0], names: ["pixels"]) }
        assertRefused("token_type_ids: found 2, expected 1") { try pad([2], [0, 0]) }
        assertRefused("text of 5 tokens") { try pad([2, 2, 2, 2, 2], [0, 0, 0, 0, 0]) }
    }

    func testATensorHasAsManyValuesAsItsShapeSays() throws {
        let tensor = try Tensor(shape: [1, 3, 2], values: [0, 1, 2, 3, 4, 5])
        XCTAssertEqual(try tensor.trimmed(to: 2), try Tensor(shape: [1, 2, 2], values: [0, 1, 2, 3]))
        XCTAssertEqual(try tensor.withoutBatch().row(2), [4, 5])
        assertRefused("found 3 values for an output of shape [2, 2]") {
            try Tensor(shape: [2, 2], values: [0, 1, 2])
        }
        assertRefused("found 0 values") { try Tensor(shape: [Int.max, 2], values: []) }
        assertRefused("found 1 values") { try Tensor(shape: [-1, -1], values: [1]) }
        assertRefused("expected [1, 4 or more]") { try tensor.trimmed(to: 4) }
        assertRefused("expected a first axis of 1") {
            try Tensor(shape: [2], values: [0, 1]).withoutBatch()
        }
    }
}
