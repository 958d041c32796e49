let fillMask = "fill-mask"

/// Ranks the vocabulary for every mask token ("[MASK]") typed in a text.
struct FillMask: ModelTask {
    let tokenizer: WordPieceTokenizer
    /// The longest input in tokens, special tokens included.
    let maxLength: Int

    /// See `ModelTask`; a text without a mask among the tokens that fit is refused.
    func encode(_ request: Request) throws(EdgebertError) -> EncodedRequest {
        try request.refusePair(task: fillMask)
        try request.refuseChoices(task: fillMask)
        let encoded = try tokenizer.encodeWhole(request, maxLength: maxLength, allowMask: true)
        if maskPositions(encoded.encodings[0]).isEmpty {
            let mask = tokenizer.config.mask
            let place = encoded.truncated ? "in the first \(maxLength) tokens" : "in the text"
            throw .badInput(
                "\(fillMask): found no \(mask) \(place), expected at least one; "
                    + "write \(mask) where a word is missing"
            )
        }
        return encoded
    }

    func decode(_ encoded: EncodedRequest, _ outputs: [Outputs]) throws(EdgebertError) -> Answer {
        let encoding = encoded.encodings[0]
        let logits = try outputs[0].named("logits")
        try checkTokenCount(encoding, logits)
        var masks: [Mask] = []
        for position in maskPositions(encoding) {
            let scores = softmax(logits.row(position))
            let range = encoding.offsets[position]
            var fills: [Fill] = []
            for id in bestFirst(scores, count: encoded.request.topK ?? defaultTopK) {
                let token = try tokenizer.token(id)
                let text = filled(encoded.request.text, range, with: token)
                fills.append(Fill(token: token, score: scores[id], text: text))
            }
            masks.append(Mask(range: range, fills: fills))
        }
        return Answer(truncated: encoded.truncated, content: .masks(masks))
    }

    private func maskPositions(_ encoding: Encoding) -> [Int] {
        encoding.inputIDs.indices.filter { encoding.inputIDs[$0] == tokenizer.maskID }
    }

    private func filled(_ text: String, _ range: TextRange, with token: String) -> String {
        let place = range.indices(in: text)
        var before = text.unicodeScalars[..<place.lowerBound]
        var spelled = token.unicodeScalars[...]
        let prefix = tokenizer.config.subwordPrefix
        if token.begins(with: prefix) {
            spelled = spelled.dropFirst(prefix.unicodeScalars.count)
            // A token that continues a word joins the word before it.
            if !spelled.isEmpty {
                while let last = before.last, isSpace(last) { before.removeLast() }
            }
        }
        return String(before) + String(spelled) + String(text.unicodeScalars[place.upperBound...])
    }
}

/// Whether Python's `str.isspace` calls this whitespace; other notions of whitespace differ.
private func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A: true
    case 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
}
