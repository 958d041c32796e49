/// Reads a manifest's JSON and checks it.
///
/// - Parameters:
///   - content: the file's content.
///   - source: what the messages call it.
/// - Throws: it is not JSON, was made by a newer edgebert, or holds something else than a manifest
///   of this format.
func readManifest(_ content: [UInt8], source: String) throws(EdgebertError) -> Manifest {
    let expected = "the manifest of a bundle"
    let root = try readJSONFile(content, source: source, expected: expected) { $0 }
    let format = try readJSONFile(root, source: source, expected: expected) { (root) throws(JSONError) in
        try root["format"].int()
    }
    try checkFormat(format, source: source)
    let manifest = try readJSONFile(root, source: source, expected: expected, Manifest.init)
    try checkManifest(manifest, source: source)
    return manifest
}

/// Reads a JSON file of the bundle; whatever is wrong with it becomes one line.
func readJSONFile<Content>(
    _ content: [UInt8],
    source: String,
    expected: String,
    _ read: (JSONNode) throws(JSONError) -> Content
) throws(EdgebertError) -> Content {
    guard let text = decodeUTF8(content) else {
        throw refusal(source, "not UTF-8", expected: expected)
    }
    let root: JSONNode
    do {
        root = JSONNode(try parseJSON(text))
    } catch {
        throw refusal(source, error.message, expected: expected)
    }
    return try readJSONFile(root, source: source, expected: expected, read)
}

private func readJSONFile<Content>(
    _ root: JSONNode,
    source: String,
    expected: String,
    _ read: (JSONNode) throws(JSONError) -> Content
) throws(EdgebertError) -> Content {
    do {
        return try read(root)
    } catch {
        throw refusal(source, error.message, expected: expected)
    }
}

private func refusal(_ source: String, _ problem: String, expected: String) -> EdgebertError {
    .badInput("\(source): \(problem); expected \(expected): copy or export the bundle again")
}

private func checkFormat(_ found: Int, source: String) throws(EdgebertError) {
    if found > manifestFormat {
        throw .badInput(
            "\(source): made by a newer edgebert (format \(found), this app reads \(manifestFormat)): "
                + "update the app"
        )
    }
    if found < manifestFormat {
        throw .badInput(
            "\(source): format \(found), this app reads \(manifestFormat): export the bundle again")
    }
}

extension Manifest {
    init(_ root: JSONNode) throws(JSONError) {
        try root.allowOnly(
            "format", "edgebert", "task", "labels", "pooling", "normalize", "inputs", "outputs",
            "buckets", "vocabulary", "tokenizer", "artifacts", "self_test", "recipe", "source",
            "calibration", "fidelity", "versions", "files", "accuracy", "slot_labels",
            "temperature", "label_threshold"
        )
        edgebert = try root["edgebert"].text()
        task = try root["task"].text()
        labels = try root["labels"].texts()
        pooling = try root["pooling"].oneOf(Pooling.self)
        normalize = try root["normalize"].bool()
        inputs = try root["inputs"].texts()
        outputs = try root["outputs"].list(Output.init)
        buckets = try root["buckets"].ints()
        vocabulary = try root["vocabulary"].text()
        tokenizer = try TokenizerConfig(root["tokenizer"])
        artifacts = try root["artifacts"].list(Artifact.init)
        selfTest = try root["self_test"].text()
        recipe = try root["recipe"].text()
        source = try CheckpointSource(root["source"])
        calibration = try root["calibration"].orNil.read(Calibration.init)
        fidelity = try root["fidelity"].list(Fidelity.init)
        versions = try root["versions"].dictionary { (node) throws(JSONError) in try node.text() }
        files = try root["files"].dictionary(FileRecord.init)
        accuracy = try root.find("accuracy")?.orNil.read(Accuracy.init) ?? nil
        slotLabels = try root.find("slot_labels")?.texts() ?? []
        temperature = try root.find("temperature").read(Temperature.init)
        labelThreshold = try root.find("label_threshold")?.number()
    }
}

extension JSONNode {
    /// The members of this object by name, each read as a type.
    func dictionary<Value>(
        _ read: (JSONNode) throws(JSONError) -> Value
    ) throws(JSONError) -> [String: Value] {
        var values: [String: Value] = [:]
        for (name, node) in try entries() {
            if values.updateValue(try read(node), forKey: name) != nil {
                throw JSONError("found the name \(name) twice in \(place), spelled in two ways")
            }
        }
        return values
    }
}

extension JSONNode? {
    /// Reads what is there; nil stays nil.
    func read<Value>(
        _ read: (JSONNode) throws(JSONError) -> Value
    ) throws(JSONError) -> Value? {
        guard let self else { return nil }
        return try read(self)
    }
}
