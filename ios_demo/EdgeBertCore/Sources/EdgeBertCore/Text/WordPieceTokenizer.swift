/// BERT's tokenizer, equal in ids and offsets to edgebert's in Python.
///
/// Special tokens typed in a text ("[SEP]") are plain text, so nobody can inject one; only
/// `allowMask` reads a mask token.
public struct WordPieceTokenizer: Sendable {
    /// How text is normalised and which tokens are special.
    public let config: TokenizerConfig
    /// Id of the token that fills a sequence.
    public let padID: Int
    /// Id of the token that a masked language model fills in.
    public let maskID: Int

    private let tokens: [String]
    private let tables = UnicodeTables.shared
    private let normalizer: Normalizer
    private let wordPiece: WordPiece
    private let mask: [UInt32]
    private let classifyID: Int
    private let separateID: Int

    /// - Parameter vocabulary: the tokens in the order of their ids.
    /// - Throws: the vocabulary is empty, holds a token twice or lacks a special token;
    ///   `maxWordChars` is below 1.
    public init(vocabulary: [String], config: TokenizerConfig) throws(EdgebertError) {
        let index = try VocabularyIndex(vocabulary, source: "of the tokenizer")
        try checkSpecialTokens(index, config)
        if config.maxWordChars < 1 {
            throw .badInput("max_word_chars: found \(config.maxWordChars), expected at least 1")
        }
        self.config = config
        tokens = vocabulary
        normalizer = Normalizer(tables, config)
        wordPiece = WordPiece(index, config, unknown: index[config.unknown]!)
        mask = scalarValues(config.mask)
        padID = index[config.pad]!
        maskID = index[config.mask]!
        classifyID = index[config.classify]!
        separateID = index[config.separate]!
    }

    /// The vocabulary entry of an id.
    ///
    /// - Throws: there is none.
    public func token(_ id: Int) throws(EdgebertError) -> String {
        guard tokens.indices.contains(id) else {
            throw .badInput(
                "token id: found \(id), expected 0 to \(tokens.count - 1); "
                    + "are vocabulary and model of one checkpoint?"
            )
        }
        return tokens[id]
    }

    /// Tokenizes a text, or a pair of texts, and cuts it to a length.
    ///
    /// - Parameters:
    ///   - text: any text; of an empty one only the special tokens remain.
    ///   - pair: the second text, if the model takes two.
    ///   - maxLength: most tokens in the result, special tokens included.
    ///   - truncation: which text is cut when both do not fit.
    ///   - allowMask: read the mask token in a text as the mask and not as plain text.
    /// - Throws: `maxLength` leaves no room for the special tokens, or the strategy cannot cut the
    ///   texts so that they fit.
    public func encode(
        _ text: String,
        pair: String? = nil,
        maxLength: Int,
        truncation: Truncation = .longestFirst,
        allowMask: Bool = false
    ) throws(EdgebertError) -> Encoding {
        let room = try room(maxLength, isPair: pair != nil)
        guard let pair else {
            // Tokens beyond the first that does not fit change nothing: a book costs no more time.
            let only = tokenize(text, allowMask: allowMask, enough: room + 1)
            let kept = try keptLengths(first: only.count, second: 0, room: room, truncation: truncation)
            return assemble([only.prefix(kept.first)])
        }
        let first = tokenize(text, allowMask: allowMask)
        let second = tokenize(pair, allowMask: allowMask)
        let kept = try keptLengths(
            first: first.count, second: second.count, room: room, truncation: truncation)
        return assemble([first.prefix(kept.first), second.prefix(kept.second)])
    }

    /// Tokenizes a pair whose second text may be long, as overlapping windows over it.
    ///
    /// Each window is the whole first text and a part of the second. All but the last window have
    /// exactly `maxLength` tokens, and neighbours share `stride` tokens of the second text.
    ///
    /// - Parameters:
    ///   - text: the first text, a question for example; never cut.
    ///   - pair: the second text, its context.
    ///   - maxLength: most tokens of a window, special tokens included.
    ///   - stride: tokens of the second text that neighbouring windows share.
    /// - Throws: the first text leaves no room for the second, or `stride` is negative or as large
    ///   as a window's room for the second text.
    public func encodeWindows(
        _ text: String, pair: String, maxLength: Int, stride: Int
    ) throws(EdgebertError) -> [Encoding] {
        let room = try room(maxLength, isPair: true)
        guard (0..<max(room, 1)).contains(stride) else {
            throw .badInput(
                "stride: found \(stride), expected 0 to \(max(room, 1) - 1), "
                    + "less than what a length of \(maxLength) leaves for text"
            )
        }
        let first = tokenize(text)
        let second = tokenize(pair)
        return try windowRanges(length: second.count, room: room - first.count, stride: stride)
            .map { assemble([first[...], second[$0]]) }
    }

    private func assemble(_ texts: [ArraySlice<Token>]) -> Encoding {
        Encoding(texts: texts, classifyID: classifyID, separateID: separateID)
    }

    /// The tokens of text that fit beside the special tokens.
    private func room(_ maxLength: Int, isPair: Bool) throws(EdgebertError) -> Int {
        let special = isPair ? 3 : 2
        if maxLength < special {
            throw .badInput(
                "max_length: found \(maxLength), expected at least \(special), the special tokens of "
                    + (isPair ? "a pair of texts" : "one text")
            )
        }
        return maxLength - special
    }

    /// Tokenizes a text, at its own positions; may stop when there are `enough` tokens.
    private func tokenize(_ text: String, allowMask: Bool = false, enough: Int = .max) -> [Token] {
        let scalars = scalarValues(text)
        var found: [Token] = []
        var start = 0
        while start < scalars.count, found.count < enough {
            let masked = allowMask ? place(of: mask, in: scalars, from: start) : nil
            tokenizePlain(scalars, start..<(masked ?? scalars.count), &found, enough)
            guard let masked else { break }
            start = masked + mask.count
            found.append(Token(id: maskID, range: TextRange(masked, start)))
        }
        return found
    }

    /// Adds the tokens of a part, chunk by chunk: whitespace separates what can interact.
    private func tokenizePlain(
        _ text: [UInt32], _ part: Range<Int>, _ found: inout [Token], _ enough: Int
    ) {
        var at = part.lowerBound
        while at < part.upperBound, found.count < enough {
            while at < part.upperBound, tables.whitespace.contains(text[at]) { at += 1 }
            let begin = at
            while at < part.upperBound, !tables.whitespace.contains(text[at]) { at += 1 }
            if at > begin { found += spell(text, begin..<at) }
        }
    }

    private func spell(_ text: [UInt32], _ chunk: Range<Int>) -> [Token] {
        let normalized = normalizer.normalize(text, chunk)
        let positions = normalized.positions
        return splitWords(normalized.scalars, tables).flatMap { word in
            wordPiece.spell(normalized.scalars, word).map { token in
                Token(
                    id: token.id,
                    range: TextRange(positions[token.range.start], positions[token.range.end - 1] + 1)
                )
            }
        }
    }
}

/// Where `part` begins in `scalars`, from `start` on, or nil.
private func place(of part: [UInt32], in scalars: [UInt32], from start: Int) -> Int? {
    guard start + part.count <= scalars.count else { return nil }
    return (start...scalars.count - part.count).first { scalars[$0...].starts(with: part) }
}
