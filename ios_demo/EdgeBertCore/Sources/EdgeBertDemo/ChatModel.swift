import EdgeBertCore
import Foundation
import Observation

/// One message of the chat.
public struct ChatMessage: Identifiable, Equatable, Sendable {
    public enum Author: Sendable { case user, model, problem }

    public let id: Int
    public let author: Author
    public let lines: [AnswerLine]
    /// How long it took, for a model's answer.
    public let footnote: String?

    /// The message as VoiceOver should say it.
    public var spoken: String {
        let speaker =
            switch author {
            case .user: "You"
            case .model: "Model"
            case .problem: "Problem"
            }
        return "\(speaker): " + (lines.map(\.spoken) + [footnote].compactMap { $0 }).joined(separator: ". ")
    }
}

/// What the chat screen shows and does.
@MainActor
@Observable
public final class ChatModel {
    public enum State: Equatable, Sendable {
        case empty
        case loading
        case ready(LoadedModel)
        /// The model cannot be used, for this reason.
        case failed(String)
    }

    public private(set) var state = State.empty
    public private(set) var messages: [ChatMessage] = []
    public private(set) var isAnswering = false
    /// Whether texts have to wait: a benchmark is timed, and a model beside it would be in its way.
    public internal(set) var isPaused = false
    /// What the user is typing.
    public var draft = ""
    /// The text that questions are asked about.
    public var context = ""
    /// The texts that the model chooses among, one a line.
    public var choices = ""

    private let runner: ModelRunner
    private var embedded: [EmbeddedText] = []
    private var loads = 0

    public init(_ runner: ModelRunner) { self.runner = runner }

    public var canSend: Bool { !isAnswering && !isPaused && request != nil }

    /// Whether the model works.
    var isBusy: Bool { isAnswering || state == .loading }

    /// What the screen has to ask for.
    public var form: RequestForm {
        if case .ready(let model) = state { model.form } else { .text }
    }

    /// The request that was typed; nil where there is no model or a part is missing.
    private var request: Request? {
        guard case .ready(let model) = state, !draft.trimmed.isEmpty else { return nil }
        switch model.form {
        case .text, .maskedText: return Request(draft.trimmed)
        case .question: return context.trimmed.isEmpty ? nil : Request(draft.trimmed, pair: context)
        case .choices:
            let typed = choices.split(whereSeparator: \.isNewline).map { String($0).trimmed }
            let texts = typed.filter { !$0.isEmpty }
            return texts.count < 2 ? nil : Request(draft.trimmed, choices: texts)
        }
    }

    /// Loads a bundle; what is wrong with it becomes the state.
    public func load(_ name: String, of library: BundleLibrary, _ settings: AppSettings) async {
        loads += 1
        let load = loads
        state = .loading
        messages = []
        embedded = []
        let loaded: State
        do throws(EdgebertError) {
            loaded = .ready(try await runner.load(try library.open(name), settings))
        } catch {
            loaded = .failed(error.message)
        }
        if load == loads { state = loaded }  // another bundle may have been chosen meanwhile
    }

    /// Nothing is chosen, or no longer.
    public func clear() async {
        loads += 1
        state = .empty
        messages = []
        embedded = []
        await runner.unload()
    }

    /// Asks what the user typed.
    public func send() async {
        guard canSend, let request else { return }
        draft = ""
        isAnswering = true
        defer { isAnswering = false }
        let load = loads
        append(.user, [AnswerLine(request.text)])
        do throws(EdgebertError) {
            let timed = try await runner.answer(request)
            guard load == loads else { return }  // the chat is another bundle's by now
            append(.model, try answerLines(timed.reply.answer, earlier: embedded), footnote: footnote(timed))
            if case .embedding(let embedding) = timed.reply.answer.content {
                embedded.append(EmbeddedText(text: request.text, embedding: embedding))
            }
        } catch {
            guard load == loads else { return }
            append(.problem, [AnswerLine(error.message)])
        }
    }

    /// The system is short of memory: gives the model's back.
    public func memoryWarning() async { await runner.unload() }

    private func append(_ author: ChatMessage.Author, _ lines: [AnswerLine], footnote: String? = nil) {
        messages.append(ChatMessage(id: messages.count, author: author, lines: lines, footnote: footnote))
    }
}

private func footnote(_ timed: TimedReply) -> String {
    let buckets = timed.reply.buckets.map(String.init).joined(separator: ", ")
    let tokens = timed.reply.tokens.reduce(0, +)
    return String(format: "%.1f ms", timed.milliseconds) + ", \(tokens) tokens in \(buckets)"
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
