// An artifact this many times closer to what another mode must answer than to its own is taken for
// an artifact of that mode, even within its tolerance.
private let resemblance = 4.0

/// Runs the self-test's vectors through one artifact, and its texts through the tokenizer.
///
/// - Parameters:
///   - engine: what runs the artifact.
///   - mode: its precision, as for `ModelBundle.artifact`.
///   - threads: for the engine; nil leaves the number to it.
/// - Throws: a file is not the exported one, the self-test has no vector or no expected output for
///   this mode, there is no such artifact, or the engine cannot load or run it.
public func runSelfTest(
    _ bundle: ModelBundle, _ engine: any Engine, mode: Mode? = nil, threads: Int? = nil
) throws(EdgebertError) -> SelfTestReport {
    let artifact = try bundle.artifact(engine.backend, mode)
    let vectors = try bundle.selfTestVectors()
    if vectors.isEmpty || vectors.contains(where: { $0.expected[artifact.mode, default: []].isEmpty }) {
        throw .checkFailed(
            "\(bundle.path(bundle.manifest.selfTest).path): expects nothing of the \(artifact.mode) "
                + "mode, so it can prove nothing: export the bundle again"
        )
    }
    let tokenizer = try bundle.tokenizer()
    let session = try bundle.openSession(engine, mode: artifact.mode, threads: threads)
    var answers: [Outputs] = []
    var misread: [Int] = []
    for (number, vector) in vectors.enumerated() {
        answers.append(try answer(to: vector, session, bundle.manifest, padID: tokenizer.padID))
        if isMisread(vector, tokenizer, bundle.manifest) { misread.append(number) }
    }
    return SelfTestReport(
        engine: engine.name,
        mode: artifact.mode,
        deviations: deviations(vectors, answers, artifact),
        misread: misread,
        resembles: resembledMode(vectors, answers, own: artifact.mode),
        nearestTolerance: artifact.nearestTolerance
    )
}

private func answer(
    to vector: SelfTestVector, _ session: any Session, _ manifest: Manifest, padID: Int
) throws(EdgebertError) -> Outputs {
    let inputs = try padInputs(
        inputIDs: vector.inputIDs, tokenTypeIDs: vector.tokenTypeIDs, bucket: vector.bucket,
        padID: padID, names: manifest.inputs)
    var outputs = try session.run(inputs)
    for output in manifest.outputs where output.perToken {
        outputs[output.name] = try outputs[output.name]?.trimmed(to: vector.inputIDs.count)
    }
    return outputs
}

private func deviations(
    _ vectors: [SelfTestVector], _ answers: [Outputs], _ artifact: Artifact
) -> [OutputDeviation] {
    vectors.indices.flatMap { number in
        vectors[number].expected[artifact.mode, default: []].map { stored in
            OutputDeviation(
                vector: number,
                bucket: vectors[number].bucket,
                output: stored.name,
                deviation: deviation(of: answers[number], from: stored),
                tolerance: artifact.tolerance
            )
        }
    }
}

private func deviation(of answer: Outputs, from stored: StoredOutput) -> Double {
    answer[stored.name].map { deviation(of: $0, from: stored) } ?? .infinity
}

/// Whether the tokenizer turns the vector's text into other ids than stored.
private func isMisread(
    _ vector: SelfTestVector, _ tokenizer: WordPieceTokenizer, _ manifest: Manifest
) -> Bool {
    let encoding = try? tokenizer.encode(
        vector.text, pair: vector.pair, maxLength: vector.bucket, allowMask: manifest.task == fillMask)
    // There is none where a bucket is too short for the special tokens.
    return encoding?.inputIDs != vector.inputIDs || encoding?.tokenTypeIDs != vector.tokenTypeIDs
}

/// The mode that the answers meet far better than their own, or nil.
private func resembledMode(_ vectors: [SelfTestVector], _ answers: [Outputs], own: Mode) -> Mode? {
    func distance(_ mode: Mode) -> Double {
        let distances = zip(vectors, answers).flatMap { vector, answer in
            vector.expected[mode, default: []].map { deviation(of: answer, from: $0) }
        }
        return norm(distances)
    }
    let shared = Mode.allCases.filter { mode in vectors.allSatisfy { $0.expected[mode] != nil } }
    let nearest = shared.min { distance($0) < distance($1) } ?? own
    return distance(nearest) * resemblance < distance(own) ? nearest : nil
}
