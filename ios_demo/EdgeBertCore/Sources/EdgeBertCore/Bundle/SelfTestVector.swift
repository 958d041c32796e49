/// An expected output: every `stride`-th value of it, flattened, padding left out.
public struct StoredOutput: Equatable, Sendable {
    public let name: String
    /// With the batch axis, without padding.
    public let shape: [Int]
    public let stride: Int
    public let values: [Float]
}

/// One text with its ids and what each precision mode must answer.
public struct SelfTestVector: Sendable {
    public let text: String
    public let pair: String?
    public let inputIDs: [Int]
    public let tokenTypeIDs: [Int]
    public let bucket: Int
    public let expected: [Mode: [StoredOutput]]
}

/// The relative deviation ||got - expected|| / ||expected|| (Euclidean norms) over the stored sample.
///
/// - Parameter got: an output without padding, of the expected shape.
/// - Returns: 0 or more; infinity for another shape, and where a value is not a finite number.
public func deviation(of got: Tensor, from stored: StoredOutput) -> Double {
    guard got.shape == stored.shape, stored.stride >= 1 else { return .infinity }
    let sample = stride(from: 0, to: got.values.count, by: stored.stride).map { got.values[$0] }
    guard sample.count == stored.values.count, (sample + stored.values).allSatisfy(\.isFinite) else {
        return .infinity
    }
    let differences = zip(sample, stored.values).map { Double($0) - Double($1) }
    let distance = norm(differences)
    let length = norm(stored.values.map(Double.init))
    if length > 0 { return distance / length }
    return distance == 0 ? 0 : .infinity
}

/// Reads the content of the bundle's self-test file.
func readSelfTestVectors(_ content: [UInt8], source: String) throws(EdgebertError) -> [SelfTestVector] {
    try readJSONFile(content, source: source, expected: "the vectors of a self-test") {
        (root) throws(JSONError) in
        try root.allowOnly("vectors")
        return try root["vectors"].list(SelfTestVector.init)
    }
}

extension SelfTestVector {
    init(_ node: JSONNode) throws(JSONError) {
        try node.allowOnly("text", "pair", "input_ids", "token_type_ids", "bucket", "expected")
        text = try node["text"].text()
        pair = try node["pair"].orNil?.text()
        inputIDs = try node["input_ids"].ints()
        tokenTypeIDs = try node["token_type_ids"].ints()
        bucket = try node["bucket"].int()
        var outputs: [Mode: [StoredOutput]] = [:]
        for (name, stored) in try node["expected"].entries() {
            guard let mode = Mode(rawValue: name) else {
                throw JSONError("found the mode \(name) in \(node.place).expected")
            }
            outputs[mode] = try stored.list(StoredOutput.init)
        }
        expected = outputs
    }
}

extension StoredOutput {
    init(_ node: JSONNode) throws(JSONError) {
        try node.allowOnly("name", "shape", "stride", "values")
        name = try node["name"].text()
        shape = try node["shape"].ints()
        stride = try node["stride"].int()
        values = try node["values"].numbers().map { Float($0) }
    }
}
