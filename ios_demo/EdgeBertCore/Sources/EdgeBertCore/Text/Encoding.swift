/// Token ids with their origin; all four lists have one entry a token, without padding.
public struct Encoding: Equatable, Sendable {
    /// Vocabulary ids, special tokens included.
    public internal(set) var inputIDs: [Int]
    /// 0 up to and including the first separator, 1 after it.
    public internal(set) var tokenTypeIDs: [Int]
    /// Where the token stands in its own original text, in scalars; empty at 0 for special tokens.
    public internal(set) var offsets: [TextRange]
    /// 0 for tokens of the first text, 1 of the second, nil for special tokens.
    public internal(set) var sequenceIDs: [Int?]

    /// The number of tokens.
    public var count: Int { inputIDs.count }

    /// Puts [CLS] before the first text and [SEP] after each, as BERT was trained.
    init(texts: [ArraySlice<Token>], classifyID: Int, separateID: Int) {
        let special = TextRange(0, 0)
        inputIDs = [classifyID]
        tokenTypeIDs = [0]
        offsets = [special]
        sequenceIDs = [nil]
        for (sequence, tokens) in texts.enumerated() {
            inputIDs += tokens.map(\.id) + [separateID]
            offsets += tokens.map(\.range) + [special]
            sequenceIDs += Array(repeating: sequence, count: tokens.count) + [nil]
            tokenTypeIDs += Array(repeating: sequence, count: tokens.count + 1)
        }
    }
}
