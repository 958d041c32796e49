let multipleChoice = "multiple-choice"

/// Ranks texts that may continue or answer a prompt; one run of the model a choice.
struct MultipleChoice: ModelTask {
    let tokenizer: WordPieceTokenizer
    /// The longest input in tokens, special tokens included.
    let maxLength: Int

    func encode(_ request: Request) throws(EdgebertError) -> EncodedRequest {
        try request.refusePair(task: multipleChoice)
        if request.choices.count < 2 {
            throw .badInput(
                "\(multipleChoice): found \(request.choices.count) choices, expected two or more texts "
                    + "to choose from; give them as choices"
            )
        }
        var encodings: [Encoding] = []
        var truncated = false
        for choice in request.choices {
            let cut = try tokenizer.encodeCut(request.text, pair: choice, maxLength: maxLength)
            encodings.append(cut.encoding)
            truncated = truncated || cut.truncated
        }
        return EncodedRequest(request: request, encodings: encodings, truncated: truncated)
    }

    func decode(_ encoded: EncodedRequest, _ outputs: [Outputs]) throws(EdgebertError) -> Answer {
        let choices = encoded.request.choices
        var logits: [Float] = []
        for output in outputs {
            let values = try output.named("logits").values
            if values.count != 1 {
                throw .badInput(
                    "\(multipleChoice): found \(values.count) scores of one choice, expected 1; "
                        + "export the bundle again"
                )
            }
            logits += values
        }
        let scores = softmax(logits)
        let best = bestFirst(scores, count: encoded.request.topK ?? choices.count).map { index in
            Choice(index: index, text: choices[index], score: scores[index])
        }
        return Answer(truncated: encoded.truncated, content: .choices(best))
    }
}
