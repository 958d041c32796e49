import Charts
import EdgeBertDemo
import SwiftUI

/// A bar a variant, grouped by length, with the median's interval.
struct BenchmarkChart: View {
    let results: [VariantResult]

    @ScaledMetric private var height = 240.0

    var body: some View {
        Chart(results) { result in
            BarMark(
                x: .value("Tokens", "\(result.variant.bucket)"),
                y: .value("Milliseconds", result.model.median)
            )
            .position(by: .value("Variant", result.series))
            .foregroundStyle(by: .value("Variant", result.series))
            .accessibilityLabel(result.spoken)
            RuleMark(
                x: .value("Tokens", "\(result.variant.bucket)"),
                yStart: .value("Low", result.model.low),
                yEnd: .value("High", result.model.high)
            )
            .position(by: .value("Variant", result.series))
            .foregroundStyle(.primary)
            .accessibilityHidden(true)
        }
        .chartXAxisLabel("Tokens")
        .chartYAxisLabel("ms")
        .frame(height: height)
    }
}
