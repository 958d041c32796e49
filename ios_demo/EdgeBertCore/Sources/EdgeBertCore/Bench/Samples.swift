// The same text as in edgebert/bench/samples.py, so that phones and boards measure the same.
private let sampleText =
    "In the morning the two of them walked down to the harbour, bought bread, coffee and three "
    + "lemons, and asked a fisherman how long the crossing would take. He looked at the clouds "
    + "for a while before he answered: four hours, if the wind stayed in the west; longer, much "
    + "longer, if it turned. They thanked him, counted their money again and sat down on the "
    + "wall to wait."
private let sampleQuestion = "How long does it take?"
private let sampleChoices = ["Four hours.", "Nobody knows."]

/// Makes the text that a bucket is measured with: as many whole words as fill it.
///
/// - Throws: the bundle has no such bucket, or it is too short for the task's shortest request, or
///   core does not have its task.
public func makeSample(_ bundle: ModelBundle, bucket: Int) throws(EdgebertError) -> Sample {
    try bundle.checkBucket(bucket)
    let manifest = bundle.manifest
    let task = try makeTask(manifest, try bundle.tokenizer())
    let runs = try task.encode(sampleRequest(manifest.task, words: 0)).encodings.count
    let words = try mostWords(limit: bucket) { (count) throws(EdgebertError) in
        let encoded = try task.encode(sampleRequest(manifest.task, words: count))
        // A request that is cut, or split into more runs, is longer than any bucket.
        return !encoded.truncated && encoded.encodings.count == runs
            && encoded.encodings.allSatisfy { $0.count <= bucket }
    }
    if let words {
        let request = sampleRequest(manifest.task, words: words)
        let tokens = try task.encode(request).encodings.map(\.count)
        if tokens.allSatisfy({ (try? chooseBucket(manifest.buckets, length: $0)) == bucket }) {
            return Sample(
                bucket: bucket, text: request.text, pair: request.pair, choices: request.choices,
                tokens: tokens)
        }
    }
    throw .badInput(
        "\(bundle.root.path): no request of \(manifest.task) runs in the bucket of \(bucket) tokens "
            + "and no other; leave it out"
    )
}

/// The largest number from 0 to `limit` that fits, or nil; what fits must fit with fewer words.
private func mostWords(
    limit: Int, _ fits: (Int) throws(EdgebertError) -> Bool
) throws(EdgebertError) -> Int? {
    var (below, above) = (-1, limit + 1)
    while above - below > 1 {
        let middle = (below + above) / 2
        if try fits(middle) { below = middle } else { above = middle }
    }
    return below >= 0 ? below : nil
}

private func sampleRequest(_ task: String, words count: Int) -> Request {
    let words = sampleText.split(separator: " ")
    let text = (0..<count).map { words[$0 % words.count] }.joined(separator: " ")
    switch task {
    case questionAnswering: return Request(sampleQuestion, pair: text)
    case multipleChoice: return Request(text, choices: sampleChoices)
    case fillMask: return Request("[MASK] \(text)")
    default: return Request(text)
    }
}
