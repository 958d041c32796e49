/// An answer with what the model was given for it.
public struct Reply: Equatable, Sendable {
    public let answer: Answer
    /// The number of tokens of each run of the model, padding left out.
    public let tokens: [Int]
    /// The length that each run was padded to.
    public let buckets: [Int]
}

/// A model that answers, all in one: tokenizer, an opened artifact, task. Not for several threads at
/// once: keep it in an actor.
public final class Pipeline {
    private let bundle: ModelBundle
    private let session: any Session
    private let tokenizer: WordPieceTokenizer
    private let task: any ModelTask
    private let buckets: [Int]

    /// - Parameter bucket: the one bucket to use, longer texts being cut to it; nil uses them all.
    /// - Throws: the bundle is for a task that core does not have, or has no such bucket.
    public init(_ bundle: ModelBundle, _ session: any Session, bucket: Int? = nil) throws(EdgebertError) {
        self.bundle = bundle
        self.session = session
        tokenizer = try bundle.tokenizer()
        if let bucket { try bundle.checkBucket(bucket) }
        buckets = bucket.map { [$0] } ?? bundle.manifest.buckets
        task = try makeTask(bundle.manifest, tokenizer, maxLength: bucket)
    }

    /// Opens a bundle's artifact on an engine, ready to answer; its hash is verified first.
    ///
    /// - Parameters:
    ///   - mode: its precision, as for `ModelBundle.artifact`.
    ///   - threads: how many the engine may use; nil leaves that to it.
    ///   - bucket: the one bucket to use; nil uses them all.
    /// - Throws: a file is not the exported one, there is no such artifact or bucket, the engine
    ///   cannot load it, or the bundle is for a task that core does not have.
    public static func open(
        _ bundle: ModelBundle,
        _ engine: any Engine,
        mode: Mode? = nil,
        threads: Int? = nil,
        bucket: Int? = nil
    ) throws(EdgebertError) -> Pipeline {
        let session = try bundle.openSession(engine, mode: mode, threads: threads)
        return try Pipeline(bundle, session, bucket: bucket)
    }

    /// Chooses what runs where nobody named it: the smallest precision first, then the order of the
    /// engines.
    ///
    /// - Throws: no engine has an artifact in the bundle.
    public static func choose(
        _ bundle: ModelBundle, _ engines: [any Engine]
    ) throws(EdgebertError) -> (engine: any Engine, artifact: Artifact) {
        let artifacts = bundle.manifest.artifacts
        for mode in Mode.allCases {
            for engine in engines {
                let fitting = artifacts.first { $0.mode == mode && $0.backend == engine.backend }
                if let fitting { return (engine, fitting) }
            }
        }
        let found = Backend.allCases.filter { backend in artifacts.contains { $0.backend == backend } }
        let runs = engines.isEmpty ? "none" : engines.map(\.backend.rawValue).joined(separator: ", ")
        throw .badInput(
            "\(bundle.root.path): has artifacts for \(found.map(\.rawValue).joined(separator: ", ")) "
                + "and the app runs \(runs)"
        )
    }

    /// Answers one request.
    ///
    /// - Throws: a part is missing, the task has no use for it, or the artifact answers with numbers
    ///   that are not finite.
    public func run(_ request: Request) throws(EdgebertError) -> Reply {
        let encoded = try task.encode(request)
        var used: [Int] = []
        var outputs: [Outputs] = []
        for encoding in encoded.encodings {
            let bucket = try chooseBucket(buckets, length: encoding.count)
            used.append(bucket)
            outputs.append(try run(encoding, bucket: bucket))
        }
        let answer = try task.decode(encoded, outputs)
        return Reply(answer: answer, tokens: encoded.encodings.map(\.count), buckets: used)
    }

    /// Runs the model once; drops the batch axis, and padding from per-token outputs.
    private func run(_ encoding: Encoding, bucket: Int) throws(EdgebertError) -> Outputs {
        let inputs = try padInputs(
            inputIDs: encoding.inputIDs, tokenTypeIDs: encoding.tokenTypeIDs, bucket: bucket,
            padID: tokenizer.padID, names: bundle.manifest.inputs)
        let found = try session.run(inputs)
        var outputs: Outputs = [:]
        for output in bundle.manifest.outputs {
            guard let value = found[output.name] else {
                throw .badInput(
                    "\(bundle.root.path): the model answered without \(output.name); "
                        + "export the bundle again"
                )
            }
            let kept = output.perToken ? try value.trimmed(to: encoding.count) : value
            if !kept.values.allSatisfy(\.isFinite) {
                throw .badInput(
                    "\(bundle.root.path): \(output.name) holds numbers that are not finite; "
                        + "run the bundle's self-test"
                )
            }
            outputs[output.name] = try kept.withoutBatch()
        }
        return outputs
    }
}

extension ModelBundle {
    /// Refuses a bucket that the bundle does not have.
    func checkBucket(_ bucket: Int) throws(EdgebertError) {
        if !manifest.buckets.contains(bucket) {
            let found = manifest.buckets.map(String.init).joined(separator: ", ")
            throw .badInput("\(root.path): has no bucket of \(bucket) tokens, found \(found)")
        }
    }
}
