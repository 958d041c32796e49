import EdgeBertDemo
import SwiftUI

/// How fast the chosen bundle is on this device, and the file to compare it with others.
struct BenchmarkScreen: View {
    let app: AppModel

    private var benchmark: BenchmarkModel { app.benchmark }

    var body: some View {
        NavigationStack {
            List {
                Section { control }
                if !benchmark.results.isEmpty {
                    Section("Milliseconds of the model, with 95 % intervals") {
                        BenchmarkChart(results: benchmark.results)
                    }
                    Section("Medians in milliseconds") {
                        ForEach(benchmark.results) { ResultRow(result: $0) }
                    }
                }
                if !benchmark.failures.isEmpty {
                    Section("Not measured") {
                        ForEach(benchmark.failures, id: \.self) { Text($0) }
                    }
                }
            }
            .navigationTitle("Benchmark")
            .toolbar {
                if let file = benchmark.sharedFile {
                    ShareLink(item: file).accessibilityLabel("Share the records")
                }
            }
        }
    }

    @ViewBuilder private var control: some View {
        switch benchmark.state {
        case .running(let share):
            ProgressView("Measuring", value: share)
            Button("Cancel", role: .cancel) { benchmark.cancel() }
        case .failed(let reason):
            Label(reason, systemImage: "exclamationmark.triangle")
        case .idle:
            Button("Measure", systemImage: "play") {
                Task { await app.startBenchmark() }
            }
            .disabled(!app.canMeasure)
        }
        if let notice = benchmark.notice {
            Text(notice).font(.footnote).foregroundStyle(.secondary)
        }
    }
}

/// One variant's figures; they move below its name where the text is large.
private struct ResultRow: View {
    let result: VariantResult

    var body: some View {
        ViewThatFits {
            HStack {
                name
                Spacer()
                figures
            }
            VStack(alignment: .leading) {
                name
                figures
            }
        }
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(result.spoken)
    }

    private var name: some View { Text("\(result.series), \(result.variant.bucket) tokens") }

    private var figures: some View {
        Text(verbatim: "\(result.modelMedian) / \(result.appMedian)")
            .monospacedDigit()
            .foregroundStyle(.secondary)
    }
}
