import Foundation

/// A runtime that can open artifacts of one backend.
public protocol Engine: Sendable {
    /// As records name it: "executorch", "litert".
    var name: String { get }

    /// What it runs.
    var backend: Backend { get }

    /// The runtime's version.
    var version: String { get }

    /// Whether a number of threads may be asked for; where not, the runtime chooses it.
    var takesThreads: Bool { get }

    /// Opens an artifact, whose hash has been checked.
    ///
    /// - Throws: the runtime cannot load the file.
    func open(_ file: URL, for spec: SessionSpec) throws(EdgebertError) -> any Session
}

extension Engine {
    public var takesThreads: Bool { true }
}

/// What an artifact is opened for.
public struct SessionSpec: Equatable, Sendable {
    /// The names of its inputs; an engine that takes them by position, in this order.
    public let inputs: [String]
    /// The names of its outputs, in their order.
    public let outputs: [String]
    /// The input lengths that it was made for.
    public let buckets: [Int]
    /// How many threads the engine may use; nil leaves that to the engine.
    public let threads: Int?
}

/// An opened artifact, ready to run. One thread at a time may use it; the runtime's memory is given
/// back with the last reference to it.
public protocol Session: AnyObject {
    /// Runs one padded text.
    ///
    /// - Parameter inputs: by name one value a token, int32 [1, bucket]; the bucket is their length.
    /// - Returns: the outputs by name, with a leading batch axis of one.
    /// - Throws: the runtime failed.
    func run(_ inputs: [String: [Int32]]) throws(EdgebertError) -> [String: Tensor]
}
