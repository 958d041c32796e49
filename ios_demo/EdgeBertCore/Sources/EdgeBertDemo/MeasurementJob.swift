import EdgeBertCore

/// One repeat of a benchmark of one bundle.
struct MeasurementJob: Sendable {
    let bundle: ModelBundle
    let engines: [any Engine]
    let settings: AppSettings
    let device: DeviceDescription
    let method: MeasurementMethod
    /// What has been measured of the bundle before.
    let earlier: [MeasuredLatency]

    /// Proves the variants, then measures those that passed; runs off the main actor.
    ///
    /// - Parameter progress: told how much is done, 0 to 1.
    /// - Throws: an `EdgebertError`, or a `CancellationError` where its task was cancelled.
    func records(progress: @escaping @Sendable (Double) -> Void) async throws -> [Record] {
        let variants = chosen(from: benchmark(run: "").variants(threads: [settings.threads]))
        let (run, number) = nextRepeat(of: variants)
        let benchmark = benchmark(run: run)
        let proof = try benchmark.prove(variants) { _, _ in try Task.checkCancellation() }
        let failures = proof.failures.map(Record.failure)
        if proof.proved.isEmpty { return failures }
        let measured = try benchmark.measureLatency(proof.proved, repeat: number) { done, total in
            try Task.checkCancellation()
            progress(Double(done) / Double(total))
        }
        return failures + measured.map(Record.latency)
    }

    /// The variants that the settings allow.
    private func chosen(from variants: [Variant]) -> [Variant] {
        variants.filter { variant in
            (settings.engine == nil || settings.engine == variant.engine)
                && (settings.mode == nil || settings.mode == variant.mode)
                && (settings.bucket == nil || settings.bucket == variant.bucket)
        }
    }

    /// The run that this repeat belongs to, and its number: the last run goes on where it measured
    /// the same variants.
    func nextRepeat(of variants: [Variant]) -> (run: String, number: Int) {
        let last = earlier.last?.run
        let ofLast = earlier.filter { $0.run == last }
        if let last, Set(ofLast.map(\.variant)) == Set(variants) {
            return (last, (ofLast.map(\.repeat).max() ?? 0) + 1)
        }
        return (newName(beside: Set(earlier.map(\.run))), 1)
    }

    /// The time; with a number where two runs begin within a second.
    private func newName(beside taken: Set<String>) -> String {
        let time = utcNow()
        var name = time
        var number = 1
        while taken.contains(name) {
            number += 1
            name = "\(time) \(number)"
        }
        return name
    }

    private func benchmark(run: String) -> Benchmark {
        Benchmark(
            bundle, engines,
            BenchmarkRun(run: run, target: device.name, machine: device.machine, method: method),
            device: device.probe)
    }
}
