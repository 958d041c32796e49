import Foundation

/// How far one output of one vector is from the expected values.
public struct OutputDeviation: Equatable, Sendable {
    /// The vector's place in the self-test, from 0.
    public let vector: Int
    /// The length it was padded to.
    public let bucket: Int
    public let output: String
    /// Norm of the difference over the norm of the expected values; infinity where they cannot be
    /// compared.
    public let deviation: Double
    /// The largest deviation that passes.
    public let tolerance: Double

    public var passed: Bool { deviation <= tolerance }
}

/// What a self-test found.
public struct SelfTestReport: Equatable, Sendable {
    public let engine: String
    public let mode: Mode
    /// One a vector and output; there is at least one.
    public let deviations: [OutputDeviation]
    /// The vectors whose text the tokenizer turned into other ids than stored.
    public let misread: [Int]
    /// Another mode whose expected values the artifact meets far better, or nil.
    public let resembles: Mode?
    /// The largest that the smallest deviation may be.
    public let nearestTolerance: Double

    /// The output that is furthest from its expected values.
    public var worst: OutputDeviation { deviations.max { $0.deviation < $1.deviation }! }

    /// The smallest of the deviations.
    public var nearest: Double { deviations.map(\.deviation).min()! }

    /// What was not as expected, in one line, or nil: it answers as it did where it was exported.
    public var problem: String? {
        if let vector = misread.first {
            return "the tokenizer reads the text of vector \(vector) differently"
        }
        let worst = worst
        if !worst.passed {
            return "output \(worst.output) of vector \(worst.vector) (bucket \(worst.bucket)) deviates by "
                + "\(short(worst.deviation)), expected at most \(short(worst.tolerance))"
        }
        if nearest > nearestTolerance {
            return "even the nearest of its answers deviates by \(short(nearest)), expected at most "
                + "\(short(nearestTolerance)): this runtime or CPU computes otherwise"
        }
        if let resembles { return "it answers as the \(resembles) artifact does, not as \(mode)" }
        return nil
    }
}

/// Three significant digits.
private func short(_ value: Double) -> String {
    value.isFinite ? String(format: "%.3g", value) : "infinity"
}
