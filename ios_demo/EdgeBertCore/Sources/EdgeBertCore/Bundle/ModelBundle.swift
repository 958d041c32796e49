import Foundation

/// An opened bundle: a folder on the file system. (It is not called Bundle because Foundation has
/// that name.)
public final class ModelBundle: Sendable {
    /// Its folder.
    public let root: URL
    /// What the folder holds.
    public let manifest: Manifest
    /// SHA-256 of the manifest, which holds that of all other files.
    public let digest: String

    /// When the files that were found as exported had been written last, by path.
    private let verifiedVersions = Locked<[String: Date]>([:])
    private let openedTokenizer = Locked<WordPieceTokenizer?>(nil)

    /// Opens a bundle's folder: reads and checks its manifest, but none of its other files yet.
    ///
    /// - Throws: there is no such folder or no manifest in it; the manifest is not valid JSON, was
    ///   made by a newer edgebert, holds something else than expected, or names a file outside of
    ///   the folder.
    public init(at root: URL) throws(EdgebertError) {
        let source = root.appendingPathComponent(manifestName)
        func refusal(_ problem: String) -> EdgebertError {
            .badInput("bundle \(root.path): \(problem); expected a folder that edgebert export wrote")
        }
        let files = FileManager.default
        if !files.fileExists(atPath: root.path) { throw refusal("no such folder") }
        if !isFolder(root) { throw refusal("is not a folder") }
        if !files.fileExists(atPath: source.path) { throw refusal("has no \(manifestName)") }
        guard !isFolder(source), let content = try? Data(contentsOf: source) else {
            throw refusal("\(manifestName) cannot be read")
        }
        self.root = root
        manifest = try readManifest(Array(content), source: source.path)
        digest = sha256(of: Array(content))
        try checkInside(root, manifest)
    }

    /// The tokenizer, made from the verified vocabulary at the first use.
    ///
    /// - Throws: the vocabulary is not the exported one, or lacks a special token.
    public func tokenizer() throws(EdgebertError) -> WordPieceTokenizer {
        if let opened = openedTokenizer.value { return opened }
        let content = try read(try verified(manifest.vocabulary))
        let vocabulary = try readVocabulary(content, source: manifest.vocabulary)
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary, config: manifest.tokenizer)
        openedTokenizer.value = tokenizer
        return tokenizer
    }

    /// Finds an artifact.
    ///
    /// - Parameter mode: its precision; nil takes the first there is of static, dynamic and fp32.
    /// - Throws: the bundle has none; the message lists those it has.
    public func artifact(_ backend: Backend, _ mode: Mode? = nil) throws(EdgebertError) -> Artifact {
        for wanted in mode.map({ [$0] }) ?? Mode.allCases {
            for artifact in manifest.artifacts where (artifact.backend, artifact.mode) == (backend, wanted) {
                return artifact
            }
        }
        let asked = [backend.rawValue, mode?.rawValue].compactMap { $0 }.joined(separator: " ")
        let found = manifest.artifacts.map { "\($0.backend) \($0.mode)" }.joined(separator: ", ")
        throw .badInput(
            "\(root.path): has no artifact for \(asked), found \(found); "
                + "choose one of these or export the bundle again"
        )
    }

    /// Where a file of the bundle lies, by its path in the manifest.
    public func path(_ name: String) -> URL { root.appendingPathComponent(name) }

    /// Where a file lies, after comparing its content with the manifest. It is hashed once, and
    /// again if it looks changed.
    ///
    /// - Parameter name: its path in the manifest.
    /// - Throws: it is missing, its size or SHA-256 is another, it cannot be read, or the manifest
    ///   has no such file.
    public func verified(_ name: String) throws(EdgebertError) -> URL {
        guard let record = manifest.files[name] else {
            throw .badInput("\(root.path): \(name) is none of the files in \(manifestName)")
        }
        let file = path(name)
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: file.resolvingSymlinksInPath().path)
        guard let attributes, let size = (attributes[.size] as? NSNumber)?.int64Value else {
            throw mismatch(file, "is missing")
        }
        if size != record.size { throw mismatch(file, "has \(size) bytes, expected \(record.size)") }
        let version = attributes[.modificationDate] as? Date ?? .distantPast
        if verifiedVersions.value[name] != version {
            try checkHash(file, record)
            verifiedVersions.value[name] = version
        }
        return file
    }

    /// Reads the self-test's vectors.
    ///
    /// - Throws: the file is not the exported one, or not a self-test of this format.
    public func selfTestVectors() throws(EdgebertError) -> [SelfTestVector] {
        let file = try verified(manifest.selfTest)
        return try readSelfTestVectors(try read(file), source: file.path)
    }

    /// Opens an artifact on an engine, its hash verified first.
    ///
    /// - Parameters:
    ///   - mode: its precision, as for `artifact`.
    ///   - threads: for the engine; nil leaves the number to it.
    /// - Throws: the artifact is not the exported one, there is no such artifact, or the engine
    ///   cannot load it or takes no number of threads.
    public func openSession(
        _ engine: any Engine, mode: Mode? = nil, threads: Int? = nil
    ) throws(EdgebertError) -> any Session {
        if let threads, threads < 1 {
            throw .badInput("threads: found \(threads), expected 1 or more, or none given")
        }
        if threads != nil, !engine.takesThreads {
            throw .badInput("threads: \(engine.name) chooses their number itself; leave it out")
        }
        let file = try verified(try artifact(engine.backend, mode).path)
        let spec = SessionSpec(
            inputs: manifest.inputs, outputs: manifest.outputs.map(\.name), buckets: manifest.buckets,
            threads: threads)
        return try engine.open(file, for: spec)
    }

    private func checkHash(_ file: URL, _ record: FileRecord) throws(EdgebertError) {
        guard let found = try? sha256(of: file) else { throw .badInput("\(file.path): cannot be read") }
        if found != record.sha256 {
            throw mismatch(file, "has SHA-256 \(found.prefix(12)), expected \(record.sha256.prefix(12))")
        }
    }

    private func read(_ file: URL) throws(EdgebertError) -> [UInt8] {
        guard let content = try? Data(contentsOf: file) else {
            throw .badInput("\(file.path): cannot be read")
        }
        return Array(content)
    }

    private func mismatch(_ file: URL, _ finding: String) -> EdgebertError {
        .checkFailed(
            "\(file.path): \(finding); it is not the file that was exported: "
                + "copy or export the bundle again"
        )
    }
}
