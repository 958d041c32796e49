import EdgeBertCore
import Foundation

/// One line of an answer: what, and how sure.
public struct AnswerLine: Equatable, Sendable {
    public let text: String
    /// A probability or a cosine, 0 to 1; nil where the answer has none.
    public let share: Double?

    public init(_ text: String, share: Double? = nil) {
        self.text = text
        self.share = share
    }

    /// The share as per cent, or nothing.
    public var percent: String { share.map { "\(Int(($0 * 100).rounded())) %" } ?? "" }

    /// The line as VoiceOver should say it.
    public var spoken: String { share == nil ? text : "\(text), \(percent)" }
}

/// Puts an answer into lines for a chat.
///
/// - Parameter earlier: the texts of the chat so far with their embeddings, to compare with.
public func answerLines(
    _ answer: Answer, earlier: [EmbeddedText] = []
) throws(EdgebertError) -> [AnswerLine] {
    let note = answer.truncated ? [AnswerLine("The text was too long; its end was not read.")] : []
    return try lines(answer.content, earlier) + note
}

/// A text with its embedding.
public struct EmbeddedText: Equatable, Sendable {
    public let text: String
    public let embedding: [Float]
}

private func lines(
    _ content: Answer.Content, _ earlier: [EmbeddedText]
) throws(EdgebertError) -> [AnswerLine] {
    switch content {
    case .labels(let labels):
        return labels.isEmpty ? [AnswerLine("No label fits.")] : labels.map(line)
    case .entities(let entities):
        return entities.isEmpty ? [AnswerLine("No entity was found.")] : entities.map(line)
    case .intentAndSlots(let intents, let slots):
        return intents.prefix(1).map(line) + slots.map(line)
    case .span(let span):
        return [
            span.text.isEmpty ? AnswerLine("No answer was found.") : AnswerLine(span.text, share: span.score)
        ]
    case .masks(let masks):
        // Each line is the whole text, in which the masks that are not meant still stand.
        return masks.flatMap(\.fills).map { AnswerLine($0.text, share: $0.score) }
    case .choices(let choices): return choices.map { AnswerLine($0.text, share: $0.score) }
    case .embedding(let embedding): return try nearest(to: embedding, earlier)
    case .tokenStates(let tokens, let states):
        return [AnswerLine("\(tokens.count) tokens of \(states.first?.count ?? 0) numbers each")]
    }
}

private func line(_ score: LabelScore) -> AnswerLine {
    // A model with a single label answers with a number that is no probability.
    (0...1).contains(score.score)
        ? AnswerLine(score.label, share: score.score)
        : AnswerLine("\(score.label): \(String(format: "%.3f", score.score))")
}

private func line(_ entity: Entity) -> AnswerLine {
    AnswerLine("\(entity.label): \(entity.text)", share: entity.score)
}

private let mostNeighbours = 3

private func nearest(
    to embedding: [Float], _ earlier: [EmbeddedText]
) throws(EdgebertError) -> [AnswerLine] {
    var neighbours: [(text: String, cosine: Double)] = []
    for other in earlier { neighbours.append((other.text, try cosine(embedding, other.embedding))) }
    let best = neighbours.sorted { $0.cosine > $1.cosine }.prefix(mostNeighbours)
    if best.isEmpty {
        return [AnswerLine("An embedding of \(embedding.count) numbers. Send more texts to compare.")]
    }
    return best.map { AnswerLine("like “\($0.text)”", share: max(0, $0.cosine)) }
}
