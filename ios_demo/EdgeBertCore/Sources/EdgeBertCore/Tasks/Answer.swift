/// What a model answered; which kind depends on the bundle's task.
public struct Answer: Equatable, Sendable {
    /// Whether the end of a text was cut off because the model's longest input is shorter.
    public let truncated: Bool
    public let content: Content

    public enum Content: Equatable, Sendable {
        /// The likeliest labels of a text, best first; maybe none where a text may have several.
        case labels([LabelScore])
        /// The entities of a text, in its order.
        case entities([Entity])
        /// The likeliest intents of a text, best first, and its slots, in its order.
        case intentAndSlots(intents: [LabelScore], slots: [Entity])
        /// The best span of a context.
        case span(ExtractedSpan)
        /// The masks of a text, in its order.
        case masks([Mask])
        /// The choices of a request, best first.
        case choices([Choice])
        /// The embedding of a text; `cosine` compares two.
        case embedding([Float])
        /// The tokens of a text with special tokens, and the state of each.
        case tokenStates(tokens: [String], states: [[Float]])
    }
}

/// A label and how sure the model is of it.
public struct LabelScore: Equatable, Sendable {
    public let label: String
    /// Its probability; for a model with one label the raw output of the regression.
    public let score: Double
}

/// A span of a text with a label: a person, a place, a slot.
public struct Entity: Equatable, Sendable {
    /// The label without its B- or I-.
    public let label: String
    /// The mean probability of the labels of its tokens.
    public let score: Double
    /// Where it stands in the original text, in scalars.
    public let range: TextRange
    /// The span as it stands there.
    public let text: String
}

/// The best span of a context.
public struct ExtractedSpan: Equatable, Sendable {
    /// The span as it stands in the context; empty where the context has no token.
    public let text: String
    /// The probability of its start times the probability of its end, in its window.
    public let score: Double
    /// Where it stands in the context, in scalars.
    public let range: TextRange
}

/// A mask of a text with its candidates.
public struct Mask: Equatable, Sendable {
    /// Where it stands in the original text, in scalars.
    public let range: TextRange
    /// Best first.
    public let fills: [Fill]
}

/// One candidate for a mask.
public struct Fill: Equatable, Sendable {
    /// The vocabulary entry.
    public let token: String
    /// Its probability.
    public let score: Double
    /// The whole text with this mask replaced; other masks stay.
    public let text: String
}

/// One of the choices of a request.
public struct Choice: Equatable, Sendable {
    /// Its place in the request, from 0.
    public let index: Int
    public let text: String
    /// Its probability.
    public let score: Double
}
