let defaultTopK = 5

/// Scores every label for a text or a pair; probabilities, or the raw output of a single label.
struct TextClassification: ModelTask {
    let tokenizer: WordPieceTokenizer
    /// The longest input in tokens, special tokens included.
    let maxLength: Int
    /// The label names in id order.
    let labels: [String]
    /// Where a text may have several labels, the least score of one in the answer: their probabilities
    /// are then independent. Nil where it has one label.
    var threshold: Double?

    func encode(_ request: Request) throws(EdgebertError) -> EncodedRequest {
        try request.refuseChoices(task: "text-classification")
        return try tokenizer.encodeWhole(request, maxLength: maxLength)
    }

    func decode(_ encoded: EncodedRequest, _ outputs: [Outputs]) throws(EdgebertError) -> Answer {
        let logits = try outputs[0].named("logits")
        try checkLabelCount(labels, logits)
        let count = encoded.request.topK
        let best: [LabelScore]
        if let threshold {
            let scores = sigmoid(logits.values)
            let enough = scores.filter { $0 >= threshold }.count
            best = rankedLabels(labels, scores, count: count ?? enough)
        } else {
            let scores = labels.count > 1 ? softmax(logits.values) : logits.values.map(Double.init)
            best = rankedLabels(labels, scores, count: count ?? defaultTopK)
        }
        return Answer(truncated: encoded.truncated, content: .labels(best))
    }
}
