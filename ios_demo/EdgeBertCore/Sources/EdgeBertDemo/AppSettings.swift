import EdgeBertCore
import Foundation

/// What the user chose; nil leaves the choice to the app.
public struct AppSettings: Codable, Equatable, Sendable {
    /// The engine's name.
    public var engine: String?
    /// The artifact's precision.
    public var mode: Mode?
    /// The one bucket to use, in tokens; nil takes the smallest that a text fits into.
    public var bucket: Int?
    /// Threads the engine may use.
    public var threads: Int?
    /// The bundle's folder in the library.
    public var bundle: String?

    public init() {}

    /// These settings without what a bundle or the engines do not have.
    public func fitted(to bundle: ModelBundle, _ engines: [any Engine]) -> AppSettings {
        var fitted = self
        let artifacts = bundle.manifest.artifacts
        let usable = engines.filter { engine in artifacts.contains { $0.backend == engine.backend } }
        if !usable.contains(where: { $0.name == engine }) { fitted.engine = nil }
        let running = usable.filter { fitted.engine == nil || $0.name == fitted.engine }
        let backends = running.map(\.backend)
        if !artifacts.contains(where: { $0.mode == mode && backends.contains($0.backend) }) {
            fitted.mode = nil
        }
        if let bucket, !bundle.manifest.buckets.contains(bucket) { fitted.bucket = nil }
        if (threads ?? 0) < 1 || !running.allSatisfy(\.takesThreads) { fitted.threads = nil }
        return fitted
    }
}

/// The file that settings are kept in. One that is missing or damaged stands for no settings: an app
/// must start without them.
public struct SettingsFile: Sendable {
    private let file: URL

    public init(_ file: URL) { self.file = file }

    public func read() -> AppSettings {
        guard let content = try? Data(contentsOf: file) else { return AppSettings() }
        return (try? JSONDecoder().decode(AppSettings.self, from: content)) ?? AppSettings()
    }

    /// - Throws: the file cannot be written; an older one is as it was.
    public func write(_ settings: AppSettings) throws(EdgebertError) {
        do {
            try JSONEncoder().encode(settings).write(to: file, options: .atomic)
        } catch {
            throw .badInput("\(file.path): the settings cannot be written (\(error.localizedDescription))")
        }
    }
}
