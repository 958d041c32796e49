/// What a benchmark's records have in common: the run's name, the device, how it is measured.
public struct BenchmarkRun: Equatable, Sendable {
    public let run: String
    public let target: String
    public let machine: Machine
    public let method: MeasurementMethod

    public init(run: String, target: String, machine: Machine, method: MeasurementMethod) {
        self.run = run
        self.target = target
        self.machine = machine
        self.method = method
    }
}

/// Which variants passed the self-test, and why the others are not measured.
public struct Proof: Equatable, Sendable {
    public let proved: [Variant]
    public let failures: [FailureRecord]
}

/// Measures variants of a bundle as `edgebert benchmark` does: `prove` what is to be measured, then
/// `measureLatency` the proved variants once in each of several fresh processes (a repeat counts as
/// cold only so), and `measureMemory` of one variant in a process of its own.
///
/// All calls block and belong off the main thread; a `MeasurementProgress` that throws ends one of them.
public struct Benchmark: Sendable {
    private let bundle: ModelBundle
    private let engines: [any Engine]
    private let run: BenchmarkRun
    private let device: any DeviceProbe
    private let stopwatch: Stopwatch

    public init(
        _ bundle: ModelBundle,
        _ engines: [any Engine],
        _ run: BenchmarkRun,
        device: any DeviceProbe,
        stopwatch: Stopwatch = Stopwatch()
    ) {
        self.bundle = bundle
        self.engines = engines
        self.run = run
        self.device = device
        self.stopwatch = stopwatch
    }

    /// All variants of the bundle that the engines can run.
    public func variants(threads: [Int?] = [nil]) -> [Variant] {
        engines.flatMap { engine in
            bundle.manifest.artifacts.filter { $0.backend == engine.backend }.flatMap { artifact in
                bundle.manifest.buckets.flatMap { bucket in
                    threads.map {
                        Variant(engine: engine.name, mode: artifact.mode, bucket: bucket, threads: $0)
                    }
                }
            }
        }
    }

    /// Runs the self-test of every artifact that is to be measured, as it is to be measured.
    public func prove(_ variants: [Variant], progress: MeasurementProgress = { _, _ in }) throws -> Proof {
        let cases = unique(variants.map(SessionKey.init))
        var refused: Set<SessionKey> = []
        var failures: [FailureRecord] = []
        for (number, key) in cases.enumerated() {
            if let problem = try problem(of: key) {
                refused.insert(key)
                failures.append(
                    FailureRecord(
                        origin: try origin(key.engine), engine: key.engine, mode: key.mode,
                        threads: key.threads, reason: problem))
            }
            try progress(number + 1, cases.count)
        }
        return Proof(proved: variants.filter { !refused.contains(SessionKey($0)) }, failures: failures)
    }

    /// Times loading and the first inference of each variant alone, then the rest in turns.
    ///
    /// - Parameter repeat: which repeat this is, from 1.
    /// - Throws: a bucket cannot be measured, an engine cannot run, or `progress` threw.
    public func measureLatency(
        _ variants: [Variant], repeat: Int, progress: MeasurementProgress = { _, _ in }
    ) throws -> [LatencyRecord] {
        var samples: [Int: Sample] = [:]
        for bucket in Set(variants.map(\.bucket)) { samples[bucket] = try makeSample(bundle, bucket: bucket) }
        // What a runtime does once a process is no variant's own: not timed.
        for variant in firstOfEachArtifact(variants) { _ = try loadAndRun(variant, samples) }
        let before = device.conditions()
        var random = SplitMix64(seed: `repeat`)
        var cold: [Variant: ColdTimes] = [:]
        for variant in variants.shuffled(using: &random) { cold[variant] = try loadAndRun(variant, samples) }
        let times = try timeInTurns(variants, samples, seed: `repeat`, progress)
        let after = device.conditions()
        return try variants.map { variant in
            LatencyRecord(
                origin: try origin(variant.engine),
                variant: variant,
                repeat: `repeat`,
                sample: samples[variant.bucket]!,
                loadMs: cold[variant]!.loadMs,
                firstMs: cold[variant]!.firstMs,
                modelMs: times[Timed(variant: variant, part: .model)]!,
                appMs: times[Timed(variant: variant, part: .app)]!,
                before: before,
                after: after
            )
        }
    }

    /// Watches this process's memory while it loads and runs one variant.
    public func measureMemory(_ variant: Variant) throws(EdgebertError) -> MemoryRecord {
        let inputs = try inputs(try makeSample(bundle, bucket: variant.bucket))
        let start = device.residentBytes()
        let session = try open(SessionKey(variant))
        for _ in 0..<max(1, run.method.warmUps) { _ = try session.run(inputs) }
        return MemoryRecord(
            origin: try origin(variant.engine), variant: variant, startRSS: start,
            peakRSS: device.peakResidentBytes())
    }

    private struct ColdTimes {
        let loadMs: Double
        let firstMs: Double
    }

    /// What is timed: the bare model of a variant, or all from text to answer.
    private struct Timed: Hashable {
        enum Part { case model, app }

        let variant: Variant
        let part: Part
    }

    /// What a session is opened with; variants that differ in the bucket alone share one.
    private struct SessionKey: Hashable {
        let engine: String
        let mode: Mode
        let threads: Int?

        init(_ variant: Variant) {
            engine = variant.engine
            mode = variant.mode
            threads = variant.threads
        }
    }

    private func problem(of key: SessionKey) throws(EdgebertError) -> String? {
        let engine = try engine(key.engine)
        do {
            return try runSelfTest(bundle, engine, mode: key.mode, threads: key.threads).problem
        } catch {
            return error.message
        }
    }

    private func loadAndRun(_ variant: Variant, _ samples: [Int: Sample]) throws -> ColdTimes {
        let inputs = try inputs(samples[variant.bucket]!)
        let load = try stopwatch.time { try open(SessionKey(variant)) }
        let first = try stopwatch.time { try load.value.run(inputs) }
        return ColdTimes(loadMs: load.milliseconds, firstMs: first.milliseconds)
    }

    private func timeInTurns(
        _ variants: [Variant], _ samples: [Int: Sample], seed: Int, _ progress: MeasurementProgress
    ) throws -> [Timed: [Double]] {
        var sessions: [SessionKey: any Session] = [:]
        var runs: [(name: Timed, run: () throws -> Void)] = []
        for variant in variants {
            let key = SessionKey(variant)
            let session = try sessions[key] ?? open(key)
            sessions[key] = session
            let sample = samples[variant.bucket]!
            let inputs = try inputs(sample)
            let pipeline = try Pipeline(bundle, session)
            runs.append((Timed(variant: variant, part: .model), { _ = try session.run(inputs) }))
            runs.append((Timed(variant: variant, part: .app), { _ = try pipeline.run(sample.request) }))
        }
        return try measureInTurns(runs, run.method, seed: seed, stopwatch: stopwatch, progress: progress)
    }

    private func open(_ key: SessionKey) throws(EdgebertError) -> any Session {
        try bundle.openSession(try engine(key.engine), mode: key.mode, threads: key.threads)
    }

    private func engine(_ name: String) throws(EdgebertError) -> any Engine {
        guard let engine = engines.first(where: { $0.name == name }) else {
            let known = engines.map(\.name).joined(separator: ", ")
            throw .badInput("engine \(name): unknown, expected one of \(known)")
        }
        return engine
    }

    /// The padded inputs of a sample's first run.
    private func inputs(_ sample: Sample) throws(EdgebertError) -> [String: [Int32]] {
        let tokenizer = try bundle.tokenizer()
        let encoding = try makeTask(bundle.manifest, tokenizer).encode(sample.request).encodings[0]
        return try padInputs(
            inputIDs: encoding.inputIDs, tokenTypeIDs: encoding.tokenTypeIDs, bucket: sample.bucket,
            padID: tokenizer.padID, names: bundle.manifest.inputs)
    }

    private func firstOfEachArtifact(_ variants: [Variant]) -> [Variant] {
        var seen: Set<String> = []
        return variants.filter { seen.insert("\($0.engine) \($0.mode)").inserted }
    }

    private func unique(_ keys: [SessionKey]) -> [SessionKey] {
        var seen: Set<SessionKey> = []
        return keys.filter { seen.insert($0).inserted }
    }

    private func origin(_ engine: String) throws(EdgebertError) -> Origin {
        Origin(
            run: run.run, time: utcNow(), target: run.target, bundle: bundle.digest,
            engineVersion: try self.engine(engine).version, machine: run.machine, method: run.method)
    }
}
