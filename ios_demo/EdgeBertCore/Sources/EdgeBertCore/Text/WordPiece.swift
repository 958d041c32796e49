/// A vocabulary entry at a range of a text.
struct Token: Sendable {
    let id: Int
    let range: TextRange
}

/// Splits normalised scalars at spaces; every punctuation character is a word of its own. Returns
/// the ranges of the words, in their order.
func splitWords(_ scalars: [UInt32], _ tables: UnicodeTables) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var start = 0
    func endWord(at end: Int) {
        if end > start { words.append(start..<end) }
        start = end + 1
    }
    for (at, scalar) in scalars.enumerated() {
        if scalar == 0x20 {
            endWord(at: at)
        } else if tables.punctuation.contains(scalar) {
            endWord(at: at)
            words.append(at..<at + 1)
        }
    }
    endWord(at: scalars.count)
    return words
}

/// Spells words by greedy longest match, from left to right.
struct WordPiece: Sendable {
    private let ids: [ArraySlice<UInt32>: Int]
    private let subwordIDs: [ArraySlice<UInt32>: Int]
    private let unknown: Int
    private let maxWordChars: Int
    private let longest: Int

    init(_ index: VocabularyIndex, _ config: TokenizerConfig, unknown: Int) {
        let prefix = scalarValues(config.subwordPrefix)
        ids = index.ids
        subwordIDs = Dictionary(
            uniqueKeysWithValues: index.ids.lazy.filter { $0.key.starts(with: prefix) }
                .map { ($0.key.dropFirst(prefix.count), $0.value) }
        )
        self.unknown = unknown
        maxWordChars = config.maxWordChars
        longest = index.ids.keys.map(\.count).max() ?? 0
    }

    /// The entries that spell a word of a text, at their places in that text.
    ///
    /// The unknown token stands over all of a word where no entry matches at some place, even if
    /// entries match before it, and where it is longer than `maxWordChars`.
    func spell(_ text: [UInt32], _ word: Range<Int>) -> [Token] {
        let asUnknown = [Token(id: unknown, range: TextRange(word.lowerBound, word.upperBound))]
        if word.count > maxWordChars { return asUnknown }
        var tokens: [Token] = []
        var start = word.lowerBound
        while start < word.upperBound {
            let entries = start == word.lowerBound ? ids : subwordIDs
            guard let match = longestMatch(text[start..<word.upperBound], in: entries) else {
                return asUnknown
            }
            tokens.append(match)
            start = match.range.end
        }
        return tokens
    }

    private func longestMatch(_ rest: ArraySlice<UInt32>, in ids: [ArraySlice<UInt32>: Int]) -> Token? {
        var candidate = rest.prefix(longest)
        while !candidate.isEmpty {
            if let id = ids[candidate] {
                return Token(id: id, range: TextRange(candidate.startIndex, candidate.endIndex))
            }
            candidate.removeLast()
        }
        return nil
    }
}
