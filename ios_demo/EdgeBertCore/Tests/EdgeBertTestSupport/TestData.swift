import EdgeBertCore
import Foundation
import XCTest

/// A file of `tests/golden`, in the repository that this package lies in.
package func golden(_ name: String) throws -> JSONNode {
    let repository = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { place, _ in
        place.deletingLastPathComponent()
    }
    let file = try readJSON(repository.appendingPathComponent("tests/golden/\(name)"))
    XCTAssertEqual(try file["format"].int(), 1)
    return file
}

/// What the Python side made for these tests; they are skipped where it made nothing.
package func fixture(_ name: String) throws -> URL {
    guard let folder = ProcessInfo.processInfo.environment["EDGEBERT_FIXTURES"], !folder.isEmpty else {
        throw XCTSkip("EDGEBERT_FIXTURES names no folder")
    }
    return URL(fileURLWithPath: folder).appendingPathComponent(name)
}

package func readJSON(_ file: URL) throws -> JSONNode {
    JSONNode(try parseJSON(String(contentsOf: file, encoding: .utf8)))
}

extension JSONNode {
    package func floats() throws -> [Float] { try numbers().map { Float($0) } }

    /// The member as a text, or nil where it is missing or null.
    package func textOrNil(_ name: String) throws -> String? { try find(name)?.orNil?.text() }

    package func tensor() throws -> Tensor {
        try Tensor(shape: self["shape"].ints(), values: self["values"].floats())
    }

    package func tensors() throws -> Outputs {
        Dictionary(uniqueKeysWithValues: try entries().map { ($0.name, try $0.node.tensor()) })
    }
}

/// Checks that something is refused, in one line that contains a text.
package func assertRefused<Value>(
    _ message: String,
    _ kind: EdgebertError.Kind = .badInput,
    file: StaticString = #filePath,
    line: UInt = #line,
    _ run: () throws -> Value
) {
    XCTAssertThrowsError(try run(), message, file: file, line: line) { error in
        guard let error = error as? EdgebertError else {
            return XCTFail("threw \(error)", file: file, line: line)
        }
        XCTAssertEqual(error.kind, kind, error.message, file: file, line: line)
        XCTAssertFalse(error.message.contains { $0.isNewline }, file: file, line: line)
        XCTAssertTrue(
            error.message.contains(message), "\(error.message) lacks: \(message)", file: file, line: line)
    }
}

/// Equal up to the last digits: sums may be rounded in another order.
package func assertClose(
    _ found: Double, _ expected: JSONNode, tolerance: Double = 1e-12, file: StaticString = #filePath,
    line: UInt = #line
) throws {
    let value = try expected.number()
    let message = "\(expected.place): \(found), not \(value)"
    XCTAssertLessThanOrEqual(
        abs(found - value), tolerance * max(1, abs(value)), message, file: file, line: line)
}

/// A folder that is gone after the test.
package func temporaryFolder(_ test: XCTestCase) throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    test.addTeardownBlock { try? FileManager.default.removeItem(at: folder) }
    return folder
}
