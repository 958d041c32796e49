import Foundation

/// Where a record comes from.
public struct Origin: Equatable, Sendable {
    /// Name of the benchmark run; figures of one run and repeat were measured in turns.
    public let run: String
    /// When it was written, UTC, ISO 8601.
    public let time: String
    /// Name of the device.
    public let target: String
    /// The bundle's digest.
    public let bundle: String
    /// Version on the device.
    public let engineVersion: String
    public let machine: Machine
    public let method: MeasurementMethod
}

/// One measurement; a line of the file that `edgebert benchmark` writes and reads.
public enum Record: Equatable, Sendable {
    case latency(LatencyRecord)
    case memory(MemoryRecord)
    case failure(FailureRecord)
}

/// One variant in one cold repeat, all times in milliseconds.
public struct LatencyRecord: Equatable, Sendable {
    public let origin: Origin
    public let variant: Variant
    /// Which cold repeat, from 1.
    public let `repeat`: Int
    public let sample: Sample
    /// Opening the artifact, its hash having been checked.
    public let loadMs: Double
    /// The first inference, with what the engine puts off until then.
    public let firstMs: Double
    /// The bare model, one value an iteration, in their order.
    public let modelMs: [Double]
    /// The same from text to answer: tokenize, run, decode.
    public let appMs: [Double]
    /// The device's state before the repeat.
    public let before: Conditions
    /// And after it.
    public let after: Conditions
}

/// Memory of a process that runs one variant, in bytes; nil where the system does not tell.
public struct MemoryRecord: Equatable, Sendable {
    public let origin: Origin
    public let variant: Variant
    /// Resident before the artifact was opened.
    public let startRSS: Int?
    /// The most that was resident since the process began.
    public let peakRSS: Int?
}

/// An artifact that is not measured on an engine, with the reason in one line.
public struct FailureRecord: Equatable, Sendable {
    public let origin: Origin
    public let engine: String
    public let mode: Mode
    public let threads: Int?
    public let reason: String

    /// The same, of a run whose name was not known when it failed.
    public func named(run: String) -> FailureRecord {
        FailureRecord(
            origin: Origin(
                run: run, time: origin.time, target: origin.target, bundle: origin.bundle,
                engineVersion: origin.engineVersion, machine: origin.machine, method: origin.method),
            engine: engine, mode: mode, threads: threads, reason: reason)
    }
}

/// The time, UTC, in ISO 8601 to the second.
public func utcNow() -> String {
    Date().formatted(.iso8601).replacingOccurrences(of: "Z", with: "+00:00")
}
