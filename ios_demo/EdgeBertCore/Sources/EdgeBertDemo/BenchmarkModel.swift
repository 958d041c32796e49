import EdgeBertCore
import Foundation
import Observation

/// What the app tells of the device it runs on.
public struct DeviceDescription: Sendable {
    /// As records name it.
    public let name: String
    public let machine: Machine
    public let probe: any DeviceProbe
    /// Why figures of now would say little (heat, low power mode), in one line; nil where they would.
    public let warning: @Sendable () -> String?

    public init(
        name: String, machine: Machine, probe: any DeviceProbe, warning: @escaping @Sendable () -> String?
    ) {
        self.name = name
        self.machine = machine
        self.probe = probe
        self.warning = warning
    }
}

/// What the benchmark screen shows and does: one repeat a launch of the app, because a repeat is cold
/// only in a fresh process.
@MainActor
@Observable
public final class BenchmarkModel {
    public enum State: Equatable, Sendable {
        case idle
        /// How much of the repeat is done, 0 to 1.
        case running(Double)
        case failed(String)
    }

    public private(set) var state = State.idle
    public private(set) var results: [VariantResult] = []
    /// Variants that did not pass the self-test, with the reason.
    public private(set) var failures: [String] = []
    /// Whether this process has measured already.
    public private(set) var hasMeasured = false

    private let engines: [any Engine]
    private let device: DeviceDescription
    private let log: RecordLog
    private let method: MeasurementMethod
    private var measuring: Task<Void, Never>?
    private var showing: Task<Void, Never>?
    /// The digest of the bundle that is shown.
    private var digest: String?

    public init(
        _ engines: [any Engine], _ device: DeviceDescription, _ log: RecordLog, _ method: MeasurementMethod
    ) {
        self.engines = engines
        self.device = device
        self.log = log
        self.method = method
    }

    /// The file to share; nil as long as there is none.
    public var sharedFile: URL? {
        FileManager.default.fileExists(atPath: log.file.path) ? log.file : nil
    }

    public var isRunning: Bool { if case .running = state { true } else { false } }

    /// What the user should know before a measurement.
    public var notice: String? {
        if hasMeasured { return "Close the app and open it again for the next cold repeat." }
        return device.warning()
    }

    /// Shows what has been measured of a bundle, as soon as that is read and summed up; without one,
    /// nothing.
    public func show(_ bundle: ModelBundle?) {
        if bundle?.digest != digest {
            results = []
            failures = []
        }
        digest = bundle?.digest
        showing?.cancel()  // what it finds is of another bundle, or out of date
        showing = bundle.map { bundle in
            Task { [log] in
                let found = await Task.detached { lastResults(log.latencies(of: bundle.digest)) }.value
                if !Task.isCancelled { results = found }
            }
        }
    }

    /// Waits until what `show` was asked for is shown.
    public func shown() async { await showing?.value }

    /// Proves and measures what the settings choose of a bundle, off the main actor.
    public func start(_ bundle: ModelBundle, _ settings: AppSettings) {
        guard !isRunning, !hasMeasured else { return }
        state = .running(0)
        failures = []
        hasMeasured = true
        let job = MeasurementJob(
            bundle: bundle, engines: engines, settings: settings.fitted(to: bundle, engines),
            device: device, method: method, log: log)
        measuring = Task {
            var ended = State.idle
            do {
                let refused = try await job.measure { [weak self] share in
                    Task { @MainActor in self?.advance(to: share) }
                }
                show(bundle)
                failures = refused.map(\.line)
            } catch {
                if !(error is CancellationError) { ended = .failed(error.localizedDescription) }
                show(bundle)
            }
            await shown()
            state = ended
        }
    }

    /// Ends a measurement; no time of it is kept.
    public func cancel() { measuring?.cancel() }

    /// Waits for the end of a measurement.
    public func finished() async { await measuring?.value }

    private func advance(to share: Double) {
        if case .running(let before) = state, share > before { state = .running(share) }
    }
}

extension FailureRecord {
    /// What failed, in one line.
    fileprivate var line: String { "\(engine) \(mode): \(reason)" }
}
