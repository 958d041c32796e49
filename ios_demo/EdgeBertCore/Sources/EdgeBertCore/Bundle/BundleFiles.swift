import Foundation

/// Whether one file is as exported.
public enum FileCheck: Equatable, Sendable {
    /// It is.
    case intact(path: String)
    /// It is not; `problem` says in one line why.
    case damaged(path: String, problem: String)

    /// Its path in the bundle.
    public var path: String {
        switch self {
        case .intact(let path), .damaged(let path, _): path
        }
    }

    /// What is wrong with it, or nil.
    public var problem: String? {
        if case .damaged(_, let problem) = self { problem } else { nil }
    }
}

extension ModelBundle {
    /// Compares every file with the manifest, and finds files that do not belong to the bundle.
    public func checkFiles() -> [FileCheck] {
        let recorded = manifest.files.keys.sorted().map { name in
            do throws(EdgebertError) {
                _ = try verified(name)
                return FileCheck.intact(path: name)
            } catch {
                return FileCheck.damaged(path: name, problem: error.message)
            }
        }
        let own = [manifestName, signatureName]
        let extra = filesOnDisk().filter { manifest.files[$0] == nil && !own.contains($0) }.map { name in
            FileCheck.damaged(
                path: name, problem: "\(path(name).path): is not part of the bundle; remove it")
        }
        return recorded + extra
    }

    /// The first thing that is wrong with the files, as an error.
    public func checkAllFiles() throws(EdgebertError) {
        if let problem = checkFiles().lazy.compactMap(\.problem).first { throw .checkFailed(problem) }
    }

    /// The paths of all files in the folder, sorted.
    private func filesOnDisk() -> [String] {
        let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        return names.filter { !isFolder(path($0)) }.sorted()
    }
}

/// Whether there is a folder at this place.
func isFolder(_ place: URL) -> Bool {
    var folder = ObjCBool(false)
    return FileManager.default.fileExists(atPath: place.path, isDirectory: &folder) && folder.boolValue
}

/// Refuses a bundle one of whose files is a link to somewhere else.
func checkInside(_ root: URL, _ manifest: Manifest) throws(EdgebertError) {
    for name in manifest.files.keys.sorted() where !staysInside(root, name) {
        throw .badInput(
            "bundle \(root.path): file \(name) is a link that leaves the folder; "
                + "copy the bundle with its files"
        )
    }
}

private func staysInside(_ root: URL, _ name: String) -> Bool {
    guard let folder = realPath(root) else { return false }
    guard let file = realPath(root.appendingPathComponent(name)) else {
        return errno == ENOENT  // a missing file is found when it is verified; links in a circle are not
    }
    return file.begins(with: folder + "/")
}

/// The path with all links resolved; nil where there is none, or links go in a circle.
private func realPath(_ place: URL) -> String? {
    guard let resolved = realpath(place.path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}
