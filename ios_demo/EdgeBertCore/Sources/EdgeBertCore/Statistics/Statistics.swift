/// The median with its 95 % bootstrap interval, over n values.
public struct Interval: Equatable, Sendable {
    public let n: Int
    public let median: Double
    public let low: Double
    public let high: Double
}

/// Figures of n values, in their unit; defined as `edgebert/bench/statistics.py` has them.
public struct Summary: Equatable, Sendable {
    public let n: Int
    public let minimum: Double
    /// The middle one, or the mean of the middle two.
    public let median: Double
    public let mean: Double
    /// 90 % of the values are not larger; between two values, linearly interpolated.
    public let p90: Double
    /// The same for 95 %.
    public let p95: Double
    /// The same for 99 %.
    public let p99: Double
    /// The sample's standard deviation (n - 1 in the divisor); nil for one value.
    public let deviation: Double?
    /// Median absolute deviation from the median, not scaled.
    public let mad: Double
    /// Lower end of the median's 95 % bootstrap interval.
    public let low: Double
    /// Upper end.
    public let high: Double

    /// Sums up one or more values.
    public init(_ values: [Double]) {
        let sorted = values.sorted()
        let center = Interval(medianOf: values)
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        n = values.count
        minimum = sorted[0]
        median = center.median
        self.mean = mean
        p90 = percentile(sorted, 90)
        p95 = percentile(sorted, 95)
        p99 = percentile(sorted, 99)
        deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil
        mad = EdgeBertCore.median(values.map { abs($0 - center.median) })
        low = center.low
        high = center.high
    }
}

/// The middle one of one or more values, or the mean of the middle two.
public func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

extension Interval {
    /// The median and its interval by the percentile bootstrap (Efron, 1979): 2000 resamples with a
    /// fixed seed, the same ones as in Python, so that a phone shows what the workstation shows.
    public init(medianOf values: [Double]) {
        var picks = PCG64()
        let medians = (0..<resamples).map { _ in
            EdgeBertCore.median(values.map { _ in values[picks.nextIndex(below: values.count)] })
        }.sorted()
        n = values.count
        median = EdgeBertCore.median(values)
        low = percentile(medians, tailPercent)
        high = percentile(medians, 100 - tailPercent)
    }

    /// The median of the ratios, pair by pair.
    ///
    /// - Parameters:
    ///   - values: one a pair.
    ///   - reference: what they are divided by; as many, none of them 0.
    public init(ratioOf values: [Double], to reference: [Double]) {
        precondition(values.count == reference.count, "\(values.count) and \(reference.count) values")
        self.init(medianOf: zip(values, reference).map { $0 / $1 })
    }
}

private let resamples = 2000
private let tailPercent = 2.5

/// The value below which `percent` of the sorted values lie, linearly interpolated.
private func percentile(_ sorted: [Double], _ percent: Double) -> Double {
    let place = Double(sorted.count - 1) * percent / 100
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
}
