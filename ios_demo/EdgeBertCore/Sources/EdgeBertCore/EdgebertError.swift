import Foundation

/// What can go wrong in a way that a person can mend, told in one line: what was wrong, what was
/// found or expected, and the way out. An app can show the message as it is.
public struct EdgebertError: Error, Equatable, Sendable {
    public enum Kind: Sendable {
        /// A wrong input: a folder that is no bundle, a request that lacks a part.
        case badInput
        /// A check that ran and did not hold: a hash, or a self-test. The bundle is not to be used.
        case checkFailed
    }

    public let kind: Kind
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        let lines = message.unicodeScalars.split { $0 == "\n" || $0 == "\r" }
        self.message = lines.map { String($0) }.joined(separator: " ")
    }

    public static func badInput(_ message: String) -> EdgebertError { EdgebertError(.badInput, message) }

    public static func checkFailed(_ message: String) -> EdgebertError {
        EdgebertError(.checkFailed, message)
    }
}

extension EdgebertError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { message }

    public var description: String { message }
}
