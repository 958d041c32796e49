import Foundation

/// Maps logits to probabilities.
func softmax(_ logits: [Float]) -> [Double] {
    let highest = Double(logits.max() ?? 0)
    let exponentials = logits.map { exp(Double($0) - highest) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
}

/// Maps logits to probabilities, each on its own.
func sigmoid(_ logits: [Float]) -> [Double] {
    logits.map { logit in
        let small = exp(-abs(Double(logit)))  // at most 1, so nothing overflows
        return (logit >= 0 ? 1 : small) / (1 + small)
    }
}

/// The indices of the `count` highest scores, lower index first among equals.
func bestFirst(_ scores: [Double], count: Int) -> [Int] {
    let ranked = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    return Array(ranked.prefix(count))
}

/// The `count` best labels with their scores.
func rankedLabels(_ labels: [String], _ scores: [Double], count: Int) -> [LabelScore] {
    bestFirst(scores, count: count).map { LabelScore(label: labels[$0], score: scores[$0]) }
}

/// Refuses logits whose last axis has another length than one entry a label.
func checkLabelCount(_ labels: [String], _ logits: Tensor) throws(EdgebertError) {
    if logits.shape.last != labels.count {
        throw .badInput(
            "labels: the manifest names \(labels.count) but the model scores "
                + "\(logits.shape.last.map(String.init) ?? "none"); export the bundle again"
        )
    }
}

/// Refuses an output whose first axis has another length than one entry a token.
func checkTokenCount(_ encoding: Encoding, _ output: Tensor) throws(EdgebertError) {
    if output.shape.first != encoding.count {
        throw .badInput("found an output of shape \(output.shape), expected \(encoding.count) tokens")
    }
}

/// The Euclidean norm.
func norm(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

/// The cosine similarity of two embeddings, -1 to 1; 0 where one of them is zero.
///
/// - Throws: they differ in length.
public func cosine(_ one: [Float], _ other: [Float]) throws(EdgebertError) -> Double {
    if one.count != other.count {
        throw .badInput(
            "cosine: found embeddings of \(one.count) and \(other.count) numbers, expected one model's")
    }
    let lengths = norm(one.map(Double.init)) * norm(other.map(Double.init))
    let product = zip(one, other).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    return lengths == 0 ? 0 : product / lengths
}
