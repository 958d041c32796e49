import EdgeBertTestSupport
import Foundation
import XCTest

@testable import EdgeBertCore

/// The examples of FIPS 180-4's publisher (NIST, "Secure Hashing": SHA256.pdf) and other lengths.
final class SHA256Tests: XCTestCase {
    private let known = [
        "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq":
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        String(repeating: "a", count: 1_000_000):
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    ]

    func testKnownHashes() {
        for (text, hash) in known { XCTAssertEqual(sha256(of: Array(text.utf8)), hash) }
    }

    func testThePortableOneIsTheSame() {
        for (text, hash) in known {
            var portable = PortableSHA256()
            for part in stride(from: 0, to: text.utf8.count, by: 100_003) {
                portable.update(text.utf8.dropFirst(part).prefix(100_003))
            }
            XCTAssertEqual(portable.finish(), hash)
        }
    }

    func testEveryLengthAroundABlock() {
        for length in 50...140 {
            let bytes = (0..<length).map { UInt8($0) }
            var inParts = PortableSHA256()
            for byte in bytes { inParts.update([byte]) }
            XCTAssertEqual(inParts.finish(), sha256(of: bytes))
        }
    }

    func testAFileIsReadInParts() throws {
        let file = try temporaryFolder(self).appendingPathComponent("a")
        let text = String(repeating: "a", count: 1_000_000)
        try Data(text.utf8).write(to: file)
        XCTAssertEqual(try sha256(of: file), known[text])
    }
}
