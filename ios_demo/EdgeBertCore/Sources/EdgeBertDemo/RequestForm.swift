/// What a request of a task is typed into: one field, and for some tasks a second one.
public enum RequestForm: Equatable, Sendable {
    /// One text.
    case text
    /// One text with a mask in it.
    case maskedText
    /// A question, and the text that holds the answer.
    case question
    /// A prompt, and the choices, one a line.
    case choices

    /// - Parameter task: its name in the manifest.
    public init(task: String) {
        switch task {
        case "fill-mask": self = .maskedText
        case "question-answering": self = .question
        case "multiple-choice": self = .choices
        default: self = .text
        }
    }

    /// What the first field is for.
    public var prompt: String {
        switch self {
        case .text: "Text"
        case .maskedText: "Text with a [MASK]"
        case .question: "Question"
        case .choices: "Text that one of the choices continues"
        }
    }

    /// What the second field is for; nil where there is none.
    public var secondPrompt: String? {
        switch self {
        case .text, .maskedText: nil
        case .question: "The text that the question is about"
        case .choices: "The choices, one a line"
        }
    }
}
