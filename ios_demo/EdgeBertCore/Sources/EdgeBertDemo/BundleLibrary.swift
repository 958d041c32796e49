import EdgeBertCore
import Foundation

/// The bundles that the app has: a folder with one folder a bundle. Only whole ones get in.
public struct BundleLibrary: Sendable {
    /// Where the bundles lie.
    public let folder: URL

    /// - Throws: the folder cannot be made.
    public init(at folder: URL) throws(EdgebertError) {
        self.folder = folder
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw .badInput("\(folder.path): cannot be made (\(error.localizedDescription))")
        }
        for name in children() where name.hasPrefix(unfinished) {
            try? FileManager.default.removeItem(at: place(of: name))  // of an import that was cut off
        }
        #if canImport(Darwin)
            // Bundles can be imported again, and are too large for a backup.
            var values = URLResourceValues()
            values.isExcludedFromBackup = true
            var excluded = folder
            try? excluded.setResourceValues(values)
        #endif
    }

    /// The names of the bundles, sorted.
    public func names() -> [String] { children().filter { !$0.hasPrefix(".") }.sorted() }

    /// Opens a bundle.
    ///
    /// - Throws: there is none of that name, or its manifest is damaged.
    public func open(_ name: String) throws(EdgebertError) -> ModelBundle {
        try ModelBundle(at: place(of: name))
    }

    /// Copies a bundle into the library, every file verified in the copy. What else lies in its
    /// folder, a `.DS_Store` for example, stays behind.
    ///
    /// - Parameter source: a bundle's folder, from the Files app for example.
    /// - Returns: its name here: the folder's, with a number where that is taken.
    /// - Throws: it is no bundle, a file is not the exported one, or it cannot be copied; the library
    ///   is then as it was.
    public func add(_ source: URL) throws(EdgebertError) -> String {
        let bundle = try ModelBundle(at: source)
        let copy = place(of: unfinished + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: copy) }
        do {
            let signature = [signatureName].filter {
                FileManager.default.fileExists(atPath: bundle.path($0).path)
            }
            for name in [manifestName] + signature + bundle.manifest.files.keys {
                try copyFile(name, from: source, to: copy)
            }
        } catch {
            throw .badInput("\(source.path): cannot be copied (\(error.localizedDescription))")
        }
        try ModelBundle(at: copy).checkAllFiles()
        let name = freeName(like: source.lastPathComponent)
        do {
            try FileManager.default.moveItem(at: copy, to: place(of: name))
        } catch {
            throw .badInput("\(name): cannot be put into the library (\(error.localizedDescription))")
        }
        return name
    }

    /// Removes a bundle for good.
    ///
    /// - Throws: it cannot be removed.
    public func remove(_ name: String) throws(EdgebertError) {
        do {
            try FileManager.default.removeItem(at: place(of: name))
        } catch {
            throw .badInput("\(name): cannot be removed (\(error.localizedDescription))")
        }
    }

    /// Copies one file; one that is missing is found when the copy is verified.
    private func copyFile(_ name: String, from source: URL, to copy: URL) throws {
        let file = source.appendingPathComponent(name).resolvingSymlinksInPath()
        guard FileManager.default.fileExists(atPath: file.path) else { return }
        let target = copy.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: file, to: target)
    }

    private func place(of name: String) -> URL { folder.appendingPathComponent(name) }

    private func children() -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    }

    private func freeName(like name: String) -> String {
        let wanted = name.hasPrefix(".") ? "bundle" : name
        let taken = Set(names())
        var number = 1
        var free = wanted
        while taken.contains(free) {
            number += 1
            free = "\(wanted) \(number)"
        }
        return free
    }
}

private let unfinished = ".importing-"
