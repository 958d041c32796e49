import EdgeBertCore

/// One repeat of a benchmark of one bundle.
struct MeasurementJob: Sendable {
    let bundle: ModelBundle
    let engines: [any Engine]
    let settings: AppSettings
    let device: DeviceDescription
    let method: MeasurementMethod
    /// What has been measured before, and where the records of this repeat are kept.
    let log: RecordLog

    /// Proves the variants, then measures those that passed; runs off the main actor. Records are
    /// kept as they come.
    ///
    /// - Parameter progress: told how much is done, 0 to 1.
    /// - Returns: what did not pass.
    /// - Throws: an `EdgebertError`, or a `CancellationError` where its task was cancelled.
    func measure(progress: @escaping @Sendable (Double) -> Void) async throws -> [FailureRecord] {
        let unnamed = benchmark(run: "")
        let variants = chosen(from: unnamed.variants(threads: [settings.threads]))
        let proof = try unnamed.prove(variants) { _, _ in try Task.checkCancellation() }
        let (run, number) = nextRepeat(of: proof.proved, after: log.latencies(of: bundle.digest))
        let failures = proof.failures.map { $0.named(run: run) }
        if !failures.isEmpty { try log.append(failures.map(Record.failure)) }
        if proof.proved.isEmpty { return failures }
        let measured = try benchmark(run: run).measureLatency(proof.proved, repeat: number) { done, total in
            try Task.checkCancellation()
            progress(Double(done) / Double(total))
        }
        try log.append(measured.map(Record.latency))
        return failures
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
    /// the same variants under the same circumstances.
    private func nextRepeat(
        of variants: [Variant], after earlier: [MeasuredLatency]
    ) -> (run: String, number: Int) {
        let last = lastRun(earlier)
        if let name = last.first?.run, Set(last.map(\.variant)) == Set(variants),
            last.allSatisfy({ $0.circumstances == circumstances(of: $0.variant) })
        {
            return (name, (last.map(\.repeat).max() ?? 0) + 1)
        }
        return (newName(beside: Set(earlier.map(\.run))), 1)
    }

    private func circumstances(of variant: Variant) -> Circumstances? {
        guard let engine = engines.first(where: { $0.name == variant.engine }) else { return nil }
        return Circumstances(
            target: device.name, system: device.machine.system, engineVersion: engine.version, method: method)
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
