/// The outputs of one run by name, without batch axis; per-token ones without padding.
public typealias Outputs = [String: Tensor]

/// A request as token ids.
public struct EncodedRequest: Sendable {
    public let request: Request
    /// One for each run of the model, in order.
    public let encodings: [Encoding]
    /// Whether a text was cut to the longest input.
    public let truncated: Bool
}

/// One kind of question that a model can answer. (It is not called Task because Swift has that name.)
public protocol ModelTask: Sendable {
    /// Tokenizes a request.
    ///
    /// - Throws: the request lacks a part, or has one that the task cannot use.
    func encode(_ request: Request) throws(EdgebertError) -> EncodedRequest

    /// Makes an answer of the model's outputs.
    ///
    /// - Parameters:
    ///   - encoded: what `encode` returned.
    ///   - outputs: the outputs of each of its encodings, in the same order.
    /// - Throws: the outputs do not fit the bundle.
    func decode(_ encoded: EncodedRequest, _ outputs: [Outputs]) throws(EdgebertError) -> Answer
}

let intentAndSlots = "intent-and-slots"

/// Builds the task of a bundle.
///
/// - Parameter maxLength: the longest input in tokens; nil takes the largest bucket.
/// - Throws: the manifest names a task that core does not have.
public func makeTask(
    _ manifest: Manifest, _ tokenizer: WordPieceTokenizer, maxLength: Int? = nil
) throws(EdgebertError) -> any ModelTask {
    let maxLength = maxLength ?? manifest.buckets.max() ?? 0
    switch manifest.task {
    case "text-classification":
        return TextClassification(
            tokenizer: tokenizer, maxLength: maxLength, labels: manifest.labels,
            threshold: manifest.labelThreshold)
    case "token-classification":
        return TokenClassification(tokenizer: tokenizer, maxLength: maxLength, labels: manifest.labels)
    case intentAndSlots:
        return IntentAndSlotFilling(
            tokenizer: tokenizer, maxLength: maxLength, intents: manifest.labels,
            slotLabels: manifest.slotLabels)
    case questionAnswering:
        return QuestionAnswering(tokenizer: tokenizer, maxLength: maxLength)
    case "feature-extraction":
        return FeatureExtraction(
            tokenizer: tokenizer, maxLength: maxLength, output: manifest.outputs[0].name,
            pooled: manifest.pooling != Pooling.none, normalize: manifest.normalize)
    case fillMask:
        return FillMask(tokenizer: tokenizer, maxLength: maxLength)
    case multipleChoice:
        return MultipleChoice(tokenizer: tokenizer, maxLength: maxLength)
    default:
        throw .badInput(
            "task: found \(manifest.task), expected one of text-classification, "
                + "token-classification, \(intentAndSlots), \(questionAnswering), feature-extraction, "
                + "\(fillMask), \(multipleChoice); this app cannot answer others"
        )
    }
}

extension WordPieceTokenizer {
    /// Tokenizes a text or a pair, cut to `maxLength` tokens, and tells whether it had to be cut; of
    /// a pair, the longer is cut first.
    func encodeCut(
        _ text: String, pair: String? = nil, maxLength: Int, allowMask: Bool = false
    ) throws(EdgebertError) -> (encoding: Encoding, truncated: Bool) {
        // One token more than allowed tells a text that just fits from one that does not.
        let whole = try encode(text, pair: pair, maxLength: maxLength + 1, allowMask: allowMask)
        if whole.count <= maxLength { return (whole, false) }
        return (try encode(text, pair: pair, maxLength: maxLength, allowMask: allowMask), true)
    }

    /// The request as one run of the model.
    func encodeWhole(
        _ request: Request, maxLength: Int, allowMask: Bool = false
    ) throws(EdgebertError) -> EncodedRequest {
        let cut = try encodeCut(
            request.text, pair: request.pair, maxLength: maxLength, allowMask: allowMask)
        return EncodedRequest(request: request, encodings: [cut.encoding], truncated: cut.truncated)
    }
}

extension Outputs {
    /// The output of that name.
    func named(_ name: String) throws(EdgebertError) -> Tensor {
        guard let output = self[name] else {
            throw .badInput(
                "the model has no output \(name), found \(keys.sorted().joined(separator: ", ")); "
                    + "export the bundle again"
            )
        }
        return output
    }
}
