// Below this a vector counts as zero and stays as it is; PyTorch's `normalize` has the same bound.
private let shortestNorm = 1e-12

/// Turns a text into numbers: its embedding, or the state of each of its tokens.
struct FeatureExtraction: ModelTask {
    let tokenizer: WordPieceTokenizer
    /// The longest input in tokens, special tokens included.
    let maxLength: Int
    /// The name of the graph's output.
    let output: String
    /// Whether the graph pools the tokens to one embedding.
    let pooled: Bool
    /// Whether an embedding is scaled to length 1 (Euclidean).
    let normalize: Bool

    func encode(_ request: Request) throws(EdgebertError) -> EncodedRequest {
        try request.refusePair(task: "feature-extraction")
        try request.refuseChoices(task: "feature-extraction")
        return try tokenizer.encodeWhole(request, maxLength: maxLength)
    }

    /// See `ModelTask`; an embedding of a pooling graph, else the tokens' states.
    func decode(_ encoded: EncodedRequest, _ outputs: [Outputs]) throws(EdgebertError) -> Answer {
        let tensor = try outputs[0].named(output)
        let content: Answer.Content =
            pooled ? .embedding(scaled(tensor.values)) : try tokenStates(encoded.encodings[0], tensor)
        return Answer(truncated: encoded.truncated, content: content)
    }

    private func scaled(_ values: [Float]) -> [Float] {
        guard normalize else { return values }
        let length = max(norm(values.map(Double.init)), shortestNorm)
        return values.map { Float(Double($0) / length) }
    }

    private func tokenStates(
        _ encoding: Encoding, _ tensor: Tensor
    ) throws(EdgebertError) -> Answer.Content {
        try checkTokenCount(encoding, tensor)
        var tokens: [String] = []
        for id in encoding.inputIDs { tokens.append(try tokenizer.token(id)) }
        return .tokenStates(tokens: tokens, states: encoding.inputIDs.indices.map(tensor.row))
    }
}
