/// Part of a text: `start..<end`, counted in Unicode scalars of that text.
///
/// Scalars, and not Swift's characters, are what every position in core counts, because Python and
/// Kotlin count them too.
public struct TextRange: Hashable, Sendable {
    public let start: Int
    public let end: Int

    public init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = end
    }

    /// The range as a string's own indices, for an `AttributedString` or a slice.
    public func indices(in text: String) -> Range<String.Index> {
        let scalars = text.unicodeScalars
        let first = scalars.index(scalars.startIndex, offsetBy: start)
        return first..<scalars.index(first, offsetBy: end - start)
    }
}

extension String {
    /// The part of this text that a range of scalars covers.
    public func part(_ range: TextRange) -> String { String(unicodeScalars[range.indices(in: self)]) }

    /// Whether this text begins with these scalars. Swift's `hasPrefix` compares characters: for it
    /// "##" and an accent does not begin with "##".
    func begins(with prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }
}

/// The scalars of a text as numbers.
func scalarValues(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }
