/// Labels every token and joins neighbours to entities, as transformers' "simple" strategy does.
struct TokenClassification: ModelTask {
    let tokenizer: WordPieceTokenizer
    /// The longest input in tokens, special tokens included.
    let maxLength: Int
    /// The label names in id order, "O" for tokens outside of entities.
    let labels: [String]

    func encode(_ request: Request) throws(EdgebertError) -> EncodedRequest {
        try request.refusePair(task: "token-classification")
        try request.refuseChoices(task: "token-classification")
        return try tokenizer.encodeWhole(request, maxLength: maxLength)
    }

    func decode(_ encoded: EncodedRequest, _ outputs: [Outputs]) throws(EdgebertError) -> Answer {
        let found = try findEntities(labels, try outputs[0].named("logits"), in: encoded)
        return Answer(truncated: encoded.truncated, content: .entities(found))
    }
}

/// Labels every token of a text and joins neighbours to entities.
///
/// - Parameters:
///   - labels: the labels in id order.
///   - logits: float32 [tokens, labels].
///   - encoded: the text in one encoding, of the same tokens.
/// - Throws: there are not as many labels as the model scores.
func findEntities(
    _ labels: [String], _ logits: Tensor, in encoded: EncodedRequest
) throws(EdgebertError) -> [Entity] {
    try checkLabelCount(labels, logits)
    let encoding = encoded.encodings[0]
    try checkTokenCount(encoding, logits)
    let tokens = encoding.sequenceIDs.indices.filter { encoding.sequenceIDs[$0] != nil }.map { position in
        let probabilities = softmax(logits.row(position))
        let best = bestFirst(probabilities, count: 1)[0]
        return LabelledToken(
            label: labels[best], score: probabilities[best], range: encoding.offsets[position])
    }
    return groups(tokens).map { joined($0, text: encoded.request.text) }
        .filter { !$0.label.isIdentical(to: "O") }
}

/// One token with its likeliest label, that label's probability and its place in the text.
private struct LabelledToken {
    let label: String
    let score: Double
    let range: TextRange

    /// Whether the label says that an entity begins here.
    var begins: Bool { label.begins(with: "B-") }

    /// The label without its B- or I-; a label without either is its own kind.
    var kind: String {
        begins || label.begins(with: "I-") ? String(label.unicodeScalars.dropFirst(2)) : label
    }
}

/// Groups neighbours of the same kind; a token whose label begins with B- opens a new group.
private func groups(_ tokens: [LabelledToken]) -> [[LabelledToken]] {
    var groups: [[LabelledToken]] = []
    for token in tokens {
        if let last = groups.last?.last, !token.begins, token.kind.isIdentical(to: last.kind) {
            groups[groups.count - 1].append(token)
        } else {
            groups.append([token])
        }
    }
    return groups
}

private func joined(_ group: [LabelledToken], text: String) -> Entity {
    let range = TextRange(group[0].range.start, group[group.count - 1].range.end)
    let score = group.reduce(0) { $0 + $1.score } / Double(group.count)
    return Entity(label: shortened(group[0].label), score: score, range: range, text: text.part(range))
}

/// transformers drops whatever stands before the first hyphen ("E-PER" is reported as "PER").
private func shortened(_ label: String) -> String {
    let scalars = label.unicodeScalars
    guard let hyphen = scalars.firstIndex(of: "-") else { return label }
    return String(scalars[scalars.index(after: hyphen)...])
}
