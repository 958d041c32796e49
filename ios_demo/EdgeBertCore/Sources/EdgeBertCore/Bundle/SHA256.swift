import Foundation

#if canImport(CryptoKit)
    import CryptoKit
#endif

private let bufferBytes = 1 << 16

/// The SHA-256 of a file's content in hex, read as a stream: it need not fit into memory.
func sha256(of file: URL) throws -> String {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    var hash = StreamingSHA256()
    while let chunk = try handle.read(upToCount: bufferBytes), !chunk.isEmpty { hash.update(chunk) }
    return hash.finish()
}

/// The SHA-256 of bytes in hex.
func sha256(of content: [UInt8]) -> String {
    var hash = StreamingSHA256()
    hash.update(content)
    return hash.finish()
}

#if canImport(CryptoKit)
    /// SHA-256 by the CPU's own instructions.
    struct StreamingSHA256 {
        private var hash = CryptoKit.SHA256()

        mutating func update(_ bytes: some Sequence<UInt8>) { hash.update(data: Data(bytes)) }

        mutating func finish() -> String { hexadecimal(hash.finalize()) }
    }
#else
    typealias StreamingSHA256 = PortableSHA256
#endif

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
        let digits = String(byte, radix: 16)
        return byte < 16 ? "0" + digits : digits
    }.joined()
}
