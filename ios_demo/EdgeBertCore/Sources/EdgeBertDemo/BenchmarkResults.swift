import EdgeBertCore
import Foundation

/// The figures of one variant over its repeats, in milliseconds: a row of the table, a bar of the
/// chart.
public struct VariantResult: Identifiable, Equatable, Sendable {
    public let variant: Variant
    public let repeats: Int
    /// The bare model.
    public let model: Summary
    /// From text to answer.
    public let app: Summary

    public var id: Variant { variant }

    /// The medians, written out.
    public var modelMedian: String { short(model.median) }
    public var appMedian: String { short(app.median) }

    /// The bar's series: all but the length.
    public var series: String {
        "\(variant.engine) \(variant.mode)"
            + (variant.threads.map { ", \($0) \($0 == 1 ? "thread" : "threads")" } ?? "")
    }

    /// The result as VoiceOver should say it.
    public var spoken: String {
        "\(variant.engine) \(variant.mode), \(variant.bucket) tokens: \(modelMedian) milliseconds, "
            + "\(appMedian) from text to answer, \(repeats) \(repeats == 1 ? "repeat" : "repeats")"
    }
}

/// What the last run measured: figures of others were not measured in turns with these, nor under
/// the same circumstances.
func lastRun(_ measured: [MeasuredLatency]) -> [MeasuredLatency] {
    measured.filter { $0.run == measured.last?.run }
}

/// Sums up the last run, one result a variant, by engine, threads, length and then fp32, dynamic,
/// static, so that what is gained over fp32 reads downwards.
func lastResults(_ measured: [MeasuredLatency]) -> [VariantResult] {
    Dictionary(grouping: lastRun(measured), by: \.variant).values
        .map { latencies in
            VariantResult(
                variant: latencies[0].variant,
                repeats: latencies.count,
                model: Summary(latencies.flatMap(\.modelMs)),
                app: Summary(latencies.flatMap(\.appMs))
            )
        }
        .sorted { place($0.variant) < place($1.variant) }
}

private func place(_ variant: Variant) -> (String, Int, Int, Int) {
    let precision = Mode.allCases.firstIndex(of: variant.mode) ?? 0
    return (variant.engine, variant.threads ?? 0, variant.bucket, -precision)
}

private func short(_ milliseconds: Double) -> String { String(format: "%.2f", milliseconds) }
