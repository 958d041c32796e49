let defaultTopK = 5

/// Scores every label for a text or a pair; probabilities, or the raw output of a single label.
struct TextClassification: ModelTask {
    let tokenizer: WordPieceTokenizer
    /// The longest input in tokens, special tokens included.
    let maxLength: Int
    /// The label names in id order.
    let labels: [String]

    func encode(_ request: Request) throws(EdgebertError) -> EncodedRequest {
        try request.refuseChoices(task: "text-classification")
        return try tokenizer.encodeWhole(request, maxLength: maxLength)
    }

    func decode(_ encoded: EncodedRequest, _ outputs: [Outputs]) throws(EdgebertError) -> Answer {
        let logits = try outputs[0].named("logits")
        try checkLabelCount(labels, logits)
        let scores = labels.count > 1 ? softmax(logits.values) : logits.values.map(Double.init)
        let best = rankedLabels(labels, scores, count: encoded.request.topK ?? defaultTopK)
        return Answer(truncated: encoded.truncated, content: .labels(best))
    }
}
