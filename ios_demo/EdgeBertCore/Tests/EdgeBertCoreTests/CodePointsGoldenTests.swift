import EdgeBertTestSupport
import XCTest

@testable import EdgeBertCore

/// All 1,112,064 code points, in a word and alone, by the checksums of code_points.json.
final class CodePointsGoldenTests: XCTestCase {
    func testUncased() throws { try check("uncased", TokenizerConfig()) }

    func testCased() throws {
        var config = TokenizerConfig()
        config.lowercase = false
        try check("cased", config)
    }

    private func check(_ name: String, _ config: TokenizerConfig) throws {
        let file = try golden("code_points.json")
        let normalizer = Normalizer(UnicodeTables.shared, config)
        let blockSize = try file["block_size"].int()
        let expected = try file[name].texts()
        XCTAssertEqual(expected.count, 0x110000 / blockSize)
        for (number, checksum) in expected.enumerated() {
            var bytes: [UInt8] = []
            for code in number * blockSize..<(number + 1) * blockSize {
                guard let scalar = Unicode.Scalar(UInt32(code)) else { continue }  // a surrogate
                append(words(normalizer, scalar), to: &bytes)
            }
            XCTAssertEqual(crc32(bytes), UInt32(checksum, radix: 16), "block \(number)")
        }
    }

    private func words(_ normalizer: Normalizer, _ scalar: Unicode.Scalar) -> [[UInt32]] {
        let text = [0x61, scalar.value, 0x62, 0x20, scalar.value]
        let normalized = normalizer.normalize(text, 0..<text.count).scalars
        return splitWords(normalized, UnicodeTables.shared).map { Array(normalized[$0]) }
    }

    private func append(_ words: [[UInt32]], to bytes: inout [UInt8]) {
        for scalar in words.joined(separator: [0x20]) {
            bytes.append(contentsOf: UTF8.encode(Unicode.Scalar(scalar)!)!)
        }
        bytes.append(0x0A)
    }
}

/// zlib's CRC-32.
private func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crcTable[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
}

private let crcTable: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? 0xEDB8_8320 ^ crc >> 1 : crc >> 1 }
}
