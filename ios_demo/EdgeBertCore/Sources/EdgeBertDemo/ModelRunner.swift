import EdgeBertCore
import Foundation

/// What is loaded, for the screens to show.
public struct LoadedModel: Equatable, Sendable {
    public let name: String
    public let task: String
    public let engine: String
    public let engineVersion: String
    public let mode: Mode
    public let buckets: [Int]

    /// What a request is typed into.
    public var form: RequestForm { RequestForm(task: task) }
}

/// A reply with the time it took, from text to answer.
public struct TimedReply: Equatable, Sendable {
    public let reply: Reply
    public let milliseconds: Double
}

/// Keeps one model open and runs it off the main actor, one request at a time.
public actor ModelRunner {
    private let engines: [any Engine]
    private var plan: Plan?
    private var pipeline: Pipeline?

    /// What to open, and to open again after the memory was given back.
    private struct Plan {
        let bundle: ModelBundle
        let engine: any Engine
        let mode: Mode
        let settings: AppSettings
    }

    public init(_ engines: [any Engine]) { self.engines = engines }

    /// Whether the model is in memory now.
    public var isOpen: Bool { pipeline != nil }

    /// Verifies a bundle's files, runs its self-test and opens it, in the place of what was open.
    ///
    /// - Throws: a file is not the exported one, this device answers otherwise than it must, no
    ///   engine of the app runs the bundle, or the app has no use for its task.
    public func load(_ bundle: ModelBundle, _ settings: AppSettings) throws(EdgebertError) -> LoadedModel {
        unload()
        plan = nil
        try bundle.checkAllFiles()
        let settings = settings.fitted(to: bundle, engines)
        let wanted = settings.engine.map { name in engines.filter { $0.name == name } } ?? engines
        let choice = try Pipeline.choose(bundle, wanted)
        let mode = settings.mode ?? choice.artifact.mode
        let engine = engine(for: mode, in: bundle, of: wanted) ?? choice.engine
        let report = try runSelfTest(bundle, engine, mode: mode, threads: settings.threads)
        if let problem = report.problem {
            throw .checkFailed(
                "\(bundle.root.lastPathComponent): self-test failed on \(engine.name): \(problem)")
        }
        let plan = Plan(bundle: bundle, engine: engine, mode: mode, settings: settings)
        pipeline = try open(plan)
        self.plan = plan
        return LoadedModel(
            name: bundle.root.lastPathComponent,
            task: bundle.manifest.task,
            engine: engine.name,
            engineVersion: engine.version,
            mode: mode,
            buckets: settings.bucket.map { [$0] } ?? bundle.manifest.buckets
        )
    }

    /// Answers a request; opens the model again where its memory was given back.
    ///
    /// - Throws: nothing is loaded, or the request or the model is at fault.
    public func answer(_ request: Request) throws(EdgebertError) -> TimedReply {
        guard let plan else { throw .badInput("no model is loaded: choose a bundle") }
        let pipeline = try reopened(plan)
        let begin = ContinuousClock.now
        let reply = try pipeline.run(request)
        let taken = begin.duration(to: .now)
        return TimedReply(reply: reply, milliseconds: taken / .milliseconds(1))
    }

    /// Gives the model's memory back; the next request opens it again.
    public func unload() { pipeline = nil }

    private func engine(
        for mode: Mode, in bundle: ModelBundle, of engines: [any Engine]
    ) -> (any Engine)? {
        engines.first { engine in
            bundle.manifest.artifacts.contains { $0.mode == mode && $0.backend == engine.backend }
        }
    }

    private func reopened(_ plan: Plan) throws(EdgebertError) -> Pipeline {
        if let pipeline { return pipeline }
        let reopened = try open(plan)
        pipeline = reopened
        return reopened
    }

    private func open(_ plan: Plan) throws(EdgebertError) -> Pipeline {
        try Pipeline.open(
            plan.bundle, plan.engine, mode: plan.mode, threads: plan.settings.threads,
            bucket: plan.settings.bucket)
    }
}
