/// How text is normalised and which vocabulary entries have a special meaning, as the manifest has
/// it; the defaults are those of uncased BERT.
public struct TokenizerConfig: Equatable, Sendable {
    /// Lowercase every character.
    public var lowercase = true
    /// Decompose characters (NFD) and drop nonspacing marks; nil follows `lowercase`.
    public var stripAccents: Bool?
    /// Make every CJK ideograph a word of its own.
    public var splitCJK = true
    /// Stands for a word that the vocabulary cannot spell.
    public var unknown = "[UNK]"
    /// Stands before the first text.
    public var classify = "[CLS]"
    /// Stands after each text.
    public var separate = "[SEP]"
    /// Fills a sequence up to a bucket's length.
    public var pad = "[PAD]"
    /// Stands for the token that a masked language model is to fill in.
    public var mask = "[MASK]"
    /// A longer word, counted in scalars after normalisation, is unknown.
    public var maxWordChars = 100
    /// Marks vocabulary entries that continue a word.
    public var subwordPrefix = "##"

    public init() {}

    /// The five special tokens; a vocabulary must contain each.
    public var specialTokens: [String] { [pad, unknown, classify, separate, mask] }

    /// Whether accents are stripped, with nil resolved.
    public var stripsAccents: Bool { stripAccents ?? lowercase }
}
