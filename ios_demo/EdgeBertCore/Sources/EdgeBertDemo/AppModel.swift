import EdgeBertCore
import Foundation
import Observation

/// What the app as a whole shows and does: bundles, settings, and the two screens that use them.
@MainActor
@Observable
public final class AppModel {
    /// The bundles of the library.
    public private(set) var bundles: [String] = []
    public private(set) var settings: AppSettings
    /// What went wrong with a bundle or a setting, to be shown once.
    public var problem: String?
    public private(set) var isImporting = false
    /// What the settings screen offers for the chosen bundle.
    public private(set) var choices: SettingChoices

    public let chat: ChatModel
    public let benchmark: BenchmarkModel

    private let engines: [any Engine]
    private let library: BundleLibrary
    private let file: SettingsFile

    /// - Parameters:
    ///   - engines: the runtimes that the app links, the preferred one first.
    ///   - folder: where the app may keep bundles, settings and records.
    /// - Throws: the folder cannot be used.
    public init(
        _ engines: [any Engine], _ device: DeviceDescription, folder: URL,
        method: MeasurementMethod
    ) throws(EdgebertError) {
        self.engines = engines
        library = try BundleLibrary(at: folder.appendingPathComponent("bundles"))
        file = SettingsFile(folder.appendingPathComponent("settings.json"))
        let kept = file.read()
        settings = kept
        chat = ChatModel(ModelRunner(engines))
        benchmark = BenchmarkModel(
            engines, device, RecordLog(folder.appendingPathComponent("records.jsonl")), method)
        bundles = library.names()
        choices = SettingChoices(engines, nil, kept)
    }

    /// Whether there is a problem to show; false dismisses it.
    public var hasProblem: Bool {
        get { problem != nil }
        set { if !newValue { problem = nil } }
    }

    /// The settings, for controls to bind to: a change loads the model again.
    public var chosenSettings: AppSettings {
        get { settings }
        set { Task { await apply(newValue) } }
    }

    /// Whether a benchmark runs: until it ends, no text is answered and nothing is changed, because
    /// both would open a model beside what is timed.
    public var isMeasuring: Bool { chat.isPaused }

    /// Whether a benchmark can begin: there is a bundle, and nothing else is at work.
    public var canMeasure: Bool {
        chosenName != nil && !benchmark.hasMeasured && !isMeasuring && !isImporting && !chat.isBusy
    }

    /// Takes in the bundles that the app was shipped with, where there is none yet, and loads the
    /// chosen one.
    public func start(shipped: [URL]) async {
        if bundles.isEmpty {
            isImporting = true
            for bundle in shipped { await add(bundle) }
            isImporting = false
        }
        await reload()
    }

    /// Copies a bundle's folder into the library, verified, and chooses it.
    public func importBundle(_ source: URL) async {
        guard mayChange() else { return }
        isImporting = true
        defer { isImporting = false }
        if let name = await add(source) { await select(name) }
    }

    /// Chooses a bundle and loads it.
    public func select(_ name: String) async {
        var chosen = settings
        chosen.bundle = name
        await apply(chosen)
    }

    /// Takes new settings, keeps them, and loads the model again where they change what runs.
    public func apply(_ changed: AppSettings) async {
        guard changed != settings, mayChange() else { return }
        settings = changed
        do throws(EdgebertError) { try file.write(changed) } catch { problem = error.message }
        await reload()
    }

    /// Removes a bundle for good.
    public func remove(_ name: String) async {
        guard mayChange() else { return }
        let wasChosen = name == chosenName
        do throws(EdgebertError) { try library.remove(name) } catch { problem = error.message }
        bundles = library.names()
        if wasChosen { await reload() }
    }

    /// Measures the chosen bundle, to the end; the chat's model gives its memory back for that.
    public func startBenchmark() async {
        do throws(EdgebertError) {
            let bundle = try chosenBundle()
            guard canMeasure else { return }
            chat.isPaused = true
            defer { chat.isPaused = false }
            await chat.memoryWarning()
            benchmark.start(bundle, settings)
            await benchmark.finished()
        } catch {
            problem = error.message
        }
    }

    /// Whether bundles and settings may change now; if not, that becomes the problem to show.
    private func mayChange() -> Bool {
        if isMeasuring { problem = "a benchmark runs: wait for its end, or cancel it" }
        return !isMeasuring
    }

    private func reload() async {
        let name = chosenName
        let bundle = name.flatMap { try? library.open($0) }
        choices = SettingChoices(engines, bundle, settings)
        benchmark.show(bundle)
        if let name { await chat.load(name, of: library, settings) } else { await chat.clear() }
        await benchmark.shown()
    }

    /// The bundle that is chosen, or the first where that is gone or none is.
    public var chosenName: String? {
        settings.bundle.flatMap { bundles.contains($0) ? $0 : nil } ?? bundles.first
    }

    private func chosenBundle() throws(EdgebertError) -> ModelBundle {
        guard let name = chosenName else { throw .badInput("there is no bundle: import one in the settings") }
        return try library.open(name)
    }

    /// Adds a bundle off the main actor: it is copied and hashed.
    @discardableResult
    private func add(_ source: URL) async -> String? {
        let library = library
        let added = await Task.detached { () -> Result<String, EdgebertError> in
            do throws(EdgebertError) { return .success(try library.add(source)) } catch {
                return .failure(error)
            }
        }.value
        bundles = library.names()
        switch added {
        case .success(let name): return name
        case .failure(let error):
            problem = error.message
            return nil
        }
    }
}

/// What can be set for a bundle.
public struct SettingChoices: Equatable, Sendable {
    /// The engines that run one of its artifacts.
    public let engines: [String]
    /// The precisions that these have.
    public let modes: [Mode]
    public let buckets: [Int]
    /// Whether a number of threads can be asked for.
    public let threads: Bool

    init(_ engines: [any Engine], _ bundle: ModelBundle?, _ settings: AppSettings) {
        let artifacts = bundle?.manifest.artifacts ?? []
        let usable = engines.filter { engine in artifacts.contains { $0.backend == engine.backend } }
        let running = usable.filter { settings.engine == nil || settings.engine == $0.name }
        let backends = (running.isEmpty ? usable : running).map(\.backend)
        self.engines = usable.map(\.name)
        modes = Mode.allCases.filter { mode in
            artifacts.contains { $0.mode == mode && backends.contains($0.backend) }
        }
        buckets = bundle?.manifest.buckets ?? []
        threads = !running.isEmpty && running.allSatisfy(\.takesThreads)
    }
}
