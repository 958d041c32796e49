/// A JSON value (RFC 8259).
///
/// Foundation's decoders take an object that has a name twice and fields that nobody asked for; a
/// damaged manifest must be refused and not half understood, so core reads JSON by itself.
package enum JSON: Equatable, Sendable {
    /// The members in the order in which they stand.
    case object([JSONMember])
    case array([JSON])
    case string(String)
    /// A number, kept as it was written: what type it is read as is the reader's business.
    case number(String)
    case bool(Bool)
    case null
}

/// A name of an object with its value.
package struct JSONMember: Equatable, Sendable {
    package let name: String
    package let value: JSON

    package init(_ name: String, _ value: JSON) {
        self.name = name
        self.value = value
    }
}

/// The JSON is not well-formed, or holds something else than expected; told in one line.
package struct JSONError: Error, Equatable {
    package let message: String

    package init(_ message: String) { self.message = message }
}

extension String {
    /// Whether both are the same Unicode scalars. Swift's `==` also takes "é" for "e" and an accent,
    /// which are two different tokens, names and labels everywhere else.
    package func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

/// Decodes UTF-8; nil where the bytes are none, instead of a replacement for what is not.
package func decodeUTF8(_ bytes: some Collection<UInt8>) -> String? {
    let text = String(decoding: bytes, as: UTF8.self)
    return text.utf8.elementsEqual(bytes) ? text : nil
}
