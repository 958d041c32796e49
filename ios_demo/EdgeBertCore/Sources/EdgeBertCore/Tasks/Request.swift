/// One question to a model.
public struct Request: Equatable, Sendable {
    /// The text; the question of question answering, the prompt of multiple choice.
    public let text: String
    /// The second text of a pair; the context of question answering.
    public let pair: String?
    /// The texts of multiple choice.
    public let choices: [String]
    /// Most candidates in the answer where a task ranks some; nil for its default.
    public let topK: Int?

    /// - Throws: `topK` is below 1.
    public init(
        _ text: String, pair: String? = nil, choices: [String] = [], topK: Int?
    ) throws(EdgebertError) {
        if let topK, topK < 1 { throw .badInput("top_k: found \(topK), expected 1 or more candidates") }
        self.text = text
        self.pair = pair
        self.choices = choices
        self.topK = topK
    }

    public init(_ text: String, pair: String? = nil, choices: [String] = []) {
        self.text = text
        self.pair = pair
        self.choices = choices
        topK = nil
    }

    func refusePair(task: String) throws(EdgebertError) {
        if pair != nil { throw .badInput("\(task): found a second text, expected one text a request") }
    }

    func refuseChoices(task: String) throws(EdgebertError) {
        if !choices.isEmpty {
            throw .badInput(
                "\(task): found \(choices.count) choices, expected none; "
                    + "only a multiple-choice model chooses among texts"
            )
        }
    }
}
