/// Checks that the parts of a manifest fit together.
///
/// - Throws: a path leads out of the folder or has no recorded hash, buckets are not ascending
///   lengths, there is no output or no artifact, outputs or slot labels are not the task's, or two
///   artifacts are for one backend and mode.
func checkManifest(_ manifest: Manifest, source: String) throws(EdgebertError) {
    let problems =
        pathProblems(manifest) + shapeProblems(manifest) + taskProblems(manifest)
        + thresholdProblems(manifest) + artifactProblems(manifest.artifacts)
    if let problem = problems.first {
        throw .badInput("\(source): \(problem); copy or export the bundle again")
    }
}

/// Whether a path is relative, stays inside its folder and reads alike on every system.
func isPlainRelative(_ path: String) -> Bool {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let leading = ["", ".", ".."]
    return !parts.contains { part in leading.contains { part.elementsEqual($0.utf8) } }
        && !path.utf8.contains { "\\:\0".utf8.contains($0) }
}

private func pathProblems(_ manifest: Manifest) -> [String] {
    var problems: [String] = []
    let own = [manifestName, signatureName]
    for name in manifest.files.keys.sorted() where !isPlainRelative(name) || own.contains(name) {
        problems.append("files: found \"\(name)\", expected a path inside the bundle")
    }
    for (place, path) in referencedPaths(manifest) {
        if !isPlainRelative(path) {
            problems.append("\(place): found \"\(path)\", expected a path inside the bundle")
        }
        if manifest.files[path] == nil {
            problems.append("\(place): \(path) is not among the recorded files")
        }
    }
    return problems
}

private func referencedPaths(_ manifest: Manifest) -> [(place: String, path: String)] {
    var paths = [
        ("vocabulary", manifest.vocabulary), ("self_test", manifest.selfTest), ("recipe", manifest.recipe),
    ]
    if let calibration = manifest.calibration { paths.append(("calibration.path", calibration.path)) }
    for (number, artifact) in manifest.artifacts.enumerated() {
        paths.append(("artifacts[\(number)].path", artifact.path))
    }
    return paths
}

private func shapeProblems(_ manifest: Manifest) -> [String] {
    var problems: [String] = []
    let buckets = manifest.buckets
    if (buckets.first ?? 0) < 1 {
        problems.append("buckets: found \(buckets), expected lengths of 1 or more")
    }
    if zip(buckets, buckets.dropFirst()).contains(where: { $0 >= $1 }) {
        problems.append("buckets: found \(buckets), expected them ascending, each once")
    }
    if manifest.inputs.isEmpty || !manifest.inputs.allSatisfy(inputNames.contains) {
        problems.append(
            "inputs: found \(manifest.inputs), expected some of \(inputNames.joined(separator: ", "))")
    }
    let names = manifest.outputs.map(\.name)
    if names.isEmpty || Set(names).count < names.count {
        problems.append("outputs: found \(names), expected one or more names, each once")
    }
    return problems
}

private let tokenLogits = Output(name: "logits", perToken: true)
private let textLogits = Output(name: "logits", perToken: false)

/// The outputs that a task's answers are read from; those of feature extraction have any name.
private let taskOutputs: [String: [Output]] = [
    fillMask: [tokenLogits],
    "text-classification": [textLogits],
    multipleChoice: [textLogits],
    "token-classification": [tokenLogits],
    questionAnswering: [
        Output(name: "start_logits", perToken: true), Output(name: "end_logits", perToken: true),
    ],
    intentAndSlots: [
        Output(name: "intent_logits", perToken: false), Output(name: "slot_logits", perToken: true),
    ],
]

/// Where a manifest is not one of its task; of a task of another version all is taken.
private func taskProblems(_ manifest: Manifest) -> [String] {
    var problems: [String] = []
    if let expected = taskOutputs[manifest.task], Set(manifest.outputs) != Set(expected) {
        problems.append(
            "outputs: found \(described(manifest.outputs)), expected \(described(expected)) "
                + "for \(manifest.task)"
        )
    }
    if manifest.task == intentAndSlots, manifest.slotLabels.isEmpty {
        problems.append("slot_labels: found none, expected the tags of \(intentAndSlots)")
    }
    if manifest.task != intentAndSlots, !manifest.slotLabels.isEmpty {
        problems.append(
            "slot_labels: found \(manifest.slotLabels.count), expected none: only \(intentAndSlots) "
                + "has them, not \(manifest.task)"
        )
    }
    return problems
}

private func thresholdProblems(_ manifest: Manifest) -> [String] {
    guard let threshold = manifest.labelThreshold else { return [] }
    var problems: [String] = []
    if manifest.task != "text-classification" {
        problems.append(
            "label_threshold: found \(threshold), expected none: only text-classification has it, "
                + "not \(manifest.task)"
        )
    }
    if threshold <= 0 || threshold >= 1 {
        problems.append("label_threshold: found \(threshold), expected a score between 0 and 1")
    }
    return problems
}

private func described(_ outputs: [Output]) -> String {
    outputs.map { "\($0.name) (\($0.perToken ? "a token" : "of the text"))" }.joined(separator: ", ")
}

private func artifactProblems(_ artifacts: [Artifact]) -> [String] {
    var problems = artifacts.isEmpty ? ["artifacts: found none, expected one or more"] : []
    var counts: [String: Int] = [:]
    for artifact in artifacts { counts["\(artifact.backend) \(artifact.mode)", default: 0] += 1 }
    for (kind, count) in counts.sorted(by: { $0.key < $1.key }) where count > 1 {
        problems.append("artifacts: found \(count) for \(kind), expected one")
    }
    for artifact in artifacts {
        if artifact.tolerance < 0 {
            problems.append(
                "tolerance of \(artifact.path): found \(artifact.tolerance), expected 0 or more")
        }
        if artifact.nearestTolerance < 0 {
            problems.append(
                "nearest_tolerance of \(artifact.path): found \(artifact.nearestTolerance), "
                    + "expected 0 or more"
            )
        }
    }
    return problems
}
