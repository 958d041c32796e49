// What EdgeBertCore uses of CryptoKit, for the type checker alone; written after Apple's documentation.
import Foundation

public struct SHA256Digest: Sequence {
    public func makeIterator() -> Array<UInt8>.Iterator { fatalError() }
}

public struct SHA256 {
    public init() {}

    public mutating func update<Content: DataProtocol>(data: Content) {}

    public func finalize() -> SHA256Digest { fatalError() }
}
