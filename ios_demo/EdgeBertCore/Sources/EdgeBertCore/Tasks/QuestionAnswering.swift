// transformers' question-answering pipeline (versions 2 to 4) has the same two limits.
private let longestAnswer = 15  // tokens
private let longestStride = 128  // tokens that neighbouring windows share

let questionAnswering = "question-answering"

private let pairSpecialTokens = 3

/// Looks for the answer in overlapping windows over the context, however long that is.
struct QuestionAnswering: ModelTask {
    let tokenizer: WordPieceTokenizer
    /// The longest input in tokens, special tokens included.
    let maxLength: Int

    /// See `ModelTask`; a question longer than half of the longest input is cut to that.
    func encode(_ request: Request) throws(EdgebertError) -> EncodedRequest {
        try request.refuseChoices(task: questionAnswering)
        guard let context = request.pair else {
            throw .badInput(
                "\(questionAnswering): found a question without a context, expected the text that "
                    + "holds the answer; give it as context"
            )
        }
        let room = maxLength - pairSpecialTokens
        let (asked, truncated) = try tokenizer.encodeCut(request.text, maxLength: room / 2 + 2)
        let lastToken = asked.offsets[asked.count - 2]
        let question = truncated ? request.text.part(TextRange(0, lastToken.end)) : request.text
        let left = room - (asked.count - 2)
        let windows = try tokenizer.encodeWindows(
            question, pair: context, maxLength: maxLength, stride: min(left / 2, longestStride))
        return EncodedRequest(request: request, encodings: windows, truncated: truncated)
    }

    func decode(_ encoded: EncodedRequest, _ outputs: [Outputs]) throws(EdgebertError) -> Answer {
        var best: (window: Encoding, span: Span)?
        for (window, output) in zip(encoded.encodings, outputs) {
            let span = try bestSpan(
                window, starts: try output.named("start_logits"), ends: try output.named("end_logits"))
            if best.map({ span.score > $0.span.score }) ?? true { best = (window, span) }
        }
        guard let best else { throw .badInput("\(questionAnswering): the model was not run") }
        let range = try scalars(best.window, best.span)
        let text = (encoded.request.pair ?? "").part(range)
        let content = Answer.Content.span(ExtractedSpan(text: text, score: best.span.score, range: range))
        return Answer(truncated: encoded.truncated, content: content)
    }

    /// The span's place in the context, widened to whole words.
    private func scalars(_ window: Encoding, _ span: Span) throws(EdgebertError) -> TextRange {
        var (first, last) = (span.first, span.last)
        while try continuesWord(window, first) { first -= 1 }
        while last + 1 < window.count, try continuesWord(window, last + 1) { last += 1 }
        return TextRange(window.offsets[first].start, window.offsets[last].end)
    }

    /// Whether a token continues the word of the token before it, inside the context.
    private func continuesWord(_ window: Encoding, _ position: Int) throws(EdgebertError) -> Bool {
        guard position > 0, window.sequenceIDs[position] == 1, window.sequenceIDs[position - 1] == 1 else {
            return false
        }
        return try tokenizer.token(window.inputIDs[position]).begins(with: tokenizer.config.subwordPrefix)
    }
}

/// Tokens first to last (inclusive) of one window, and the span's score.
private struct Span {
    let first: Int
    let last: Int
    let score: Double
}

/// The likeliest span of the context in one window; score 0 if the window has no token of it.
///
/// The probabilities are taken over the context and [CLS]: a model trained on questions without an
/// answer puts its weight on [CLS] then, which leaves little for any span. [CLS] is never an answer.
private func bestSpan(_ window: Encoding, starts: Tensor, ends: Tensor) throws(EdgebertError) -> Span {
    for logits in [starts, ends] where logits.values.count != window.count {
        throw .badInput("found an output of shape \(logits.shape), expected \(window.count) tokens")
    }
    let context = window.sequenceIDs.indices.filter { window.sequenceIDs[$0] == 1 }
    guard let beginning = context.first else { return Span(first: 0, last: 0, score: 0) }
    let valid = [0] + context
    let startScores = softmax(valid.map { starts.values[$0] }).dropFirst().map { $0 }
    let endScores = softmax(valid.map { ends.values[$0] }).dropFirst().map { $0 }
    var best = Span(first: beginning, last: beginning, score: startScores[0] * endScores[0])
    for first in context.indices {
        for last in first..<min(first + longestAnswer, context.count) {
            let score = startScores[first] * endScores[last]
            if score > best.score { best = Span(first: context[first], last: context[last], score: score) }
        }
    }
    return best
}
