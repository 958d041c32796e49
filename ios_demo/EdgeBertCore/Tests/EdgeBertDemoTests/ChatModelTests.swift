import EdgeBertCore
import EdgeBertTestSupport
import Foundation
import XCTest

@testable import EdgeBertDemo

/// The chat screen's state, on exported bundles with recorded answers.
@MainActor
final class ChatModelTests: XCTestCase, @unchecked Sendable {
    private func library(_ folders: URL...) throws -> BundleLibrary {
        let library = try BundleLibrary(at: temporaryFolder(self).appendingPathComponent("bundles"))
        for folder in folders { _ = try library.add(folder) }
        return library
    }

    func testATextIsAnswered() async throws {
        let recording = try Recording("classifier")
        let chat = ChatModel(ModelRunner([try recording.engine()]))
        XCTAssertEqual(chat.state, .empty)
        await chat.load("classifier", of: try library(recording.folder), AppSettings())
        guard case .ready(let model) = chat.state else { return XCTFail("\(chat.state)") }
        XCTAssertEqual(model.task, "text-classification")
        XCTAssertEqual(model.engine, "onnxruntime")
        XCTAssertFalse(chat.canSend)
        chat.draft = "  turn on the light\n"
        XCTAssertTrue(chat.canSend)
        await chat.send()
        XCTAssertEqual(chat.draft, "")
        XCTAssertEqual(chat.messages.map(\.author), [.user, .model])
        XCTAssertEqual(chat.messages.map(\.id), [0, 1])
        XCTAssertEqual(chat.messages[0].lines, [AnswerLine("turn on the light")])
        XCTAssertEqual(chat.messages[1].lines.count, 4)
        XCTAssertTrue(chat.messages[1].footnote?.contains("tokens in 16") ?? false)
        XCTAssertTrue(chat.messages[1].spoken.hasPrefix("Model: "))
        XCTAssertFalse(chat.isAnswering)
    }

    func testAQuestionNeedsAContext() async throws {
        let recording = try Recording("answerer")
        let chat = ChatModel(ModelRunner([try recording.engine()]))
        await chat.load("answerer", of: try library(recording.folder), AppSettings())
        XCTAssertEqual(chat.form, .question)
        chat.draft = "what is on?"
        XCTAssertFalse(chat.canSend)
        await chat.send()
        XCTAssertEqual(chat.messages, [])
        chat.context = "the light is on in the weather, it is lightest"
        await chat.send()
        XCTAssertEqual(chat.messages.map(\.author), [.user, .model])
    }

    func testAMaskIsFilledAndATextWithoutOneIsTold() async throws {
        let recording = try Recording("filler")
        let chat = ChatModel(ModelRunner([try recording.engine()]))
        XCTAssertEqual(chat.form, .text)
        await chat.load("filler", of: try library(recording.folder), AppSettings())
        XCTAssertEqual(chat.form, .maskedText)
        chat.draft = "turn on the [MASK]"
        await chat.send()
        XCTAssertEqual(chat.messages.map(\.author), [.user, .model])
        XCTAssertEqual(chat.messages[1].lines.count, 5)
        chat.draft = "turn on the light"
        await chat.send()
        XCTAssertEqual(chat.messages.last?.author, .problem)
        XCTAssertTrue(chat.messages[3].spoken.contains("write [MASK] where a word is missing"))
    }

    func testChoicesAreTypedOneALine() async throws {
        let recording = try Recording("chooser")
        let chat = ChatModel(ModelRunner([try recording.engine()]))
        await chat.load("chooser", of: try library(recording.folder), AppSettings())
        XCTAssertEqual(chat.form, .choices)
        chat.draft = "turn on the light"
        chat.choices = "is it playing?\n \n"
        XCTAssertFalse(chat.canSend)
        await chat.send()
        XCTAssertEqual(chat.messages, [])
        chat.choices = "is it playing?\r\n\n  light \n"
        XCTAssertTrue(chat.canSend)
        await chat.send()
        XCTAssertEqual(chat.messages.map(\.author), [.user, .model])
        XCTAssertEqual(Set(chat.messages[1].lines.map(\.text)), ["is it playing?", "light"])
    }

    func testEmbeddingsAreComparedWithTheChatSoFar() async throws {
        let recording = try Recording("embedder")
        let chat = ChatModel(ModelRunner([try recording.engine()]))
        await chat.load("embedder", of: try library(recording.folder), AppSettings())
        for _ in 0..<2 {
            chat.draft = "turn on the light"
            await chat.send()
        }
        let lines = try XCTUnwrap(chat.messages.last?.lines)
        XCTAssertEqual(lines.map(\.spoken), ["like “turn on the light”, 100 %"])
    }

    func testAnAnswerOfTheBundleBeforeIsDropped() async throws {
        let recording = try Recording("embedder")
        let library = try library(recording.folder, recording.folder)
        let isHeld = Locked(false)
        let isRunning = Locked(false)
        let engine = try recording.engine { tensor in
            isRunning.value = true
            while isHeld.value { Thread.sleep(forTimeInterval: 0.001) }
            return tensor
        }
        let chat = ChatModel(ModelRunner([engine]))
        await chat.load("embedder", of: library, AppSettings())
        isRunning.value = false
        isHeld.value = true
        chat.draft = "turn on the light"
        let sending = Task { await chat.send() }
        while !isRunning.value { await Task.yield() }
        let loading = Task { await chat.load("embedder 2", of: library, AppSettings()) }
        while chat.state != .loading { await Task.yield() }
        isHeld.value = false
        await sending.value
        await loading.value
        XCTAssertEqual(chat.messages, [])
        // Nor is it one of the texts that later ones are compared with.
        chat.draft = "turn on the light"
        await chat.send()
        XCTAssertEqual(chat.messages.map(\.author), [.user, .model])
        XCTAssertFalse(chat.messages[1].spoken.contains("like"), chat.messages[1].spoken)
    }

    func testAProblemIsAMessageAndTheChatGoesOn() async throws {
        let recording = try Recording("classifier")
        let chat = ChatModel(ModelRunner([try recording.engine()]))
        await chat.load("classifier", of: try library(recording.folder), AppSettings())
        chat.draft = "what nobody recorded"
        await chat.send()
        XCTAssertEqual(chat.messages.map(\.author), [.user, .problem])
        XCTAssertTrue(chat.messages[1].spoken.contains("no such run"), chat.messages[1].spoken)
        chat.draft = "turn on the light"
        await chat.send()
        XCTAssertEqual(chat.messages.last?.author, .model)
    }

    func testADamagedBundleIsToldAndNotRun() async throws {
        let recording = try Recording("classifier")
        let library = try library(recording.folder)
        let vocabulary = library.folder.appendingPathComponent("classifier/tokenizer/vocab.txt")
        try (Data(contentsOf: vocabulary) + Data("x\n".utf8)).write(to: vocabulary)
        let engine = try recording.engine()
        let chat = ChatModel(ModelRunner([engine]))
        await chat.load("classifier", of: library, AppSettings())
        guard case .failed(let reason) = chat.state else { return XCTFail("\(chat.state)") }
        XCTAssertTrue(reason.contains("vocab.txt: has"), reason)
        XCTAssertEqual(engine.open, 0)
        chat.draft = "turn on the light"
        XCTAssertFalse(chat.canSend)
    }

    func testADeviceThatAnswersOtherwiseIsRefused() async throws {
        let recording = try Recording("classifier")
        let engine = try recording.engine { try Tensor(shape: $0.shape, values: $0.values.map { $0 + 3 }) }
        let chat = ChatModel(ModelRunner([engine]))
        await chat.load("classifier", of: try library(recording.folder), AppSettings())
        guard case .failed(let reason) = chat.state else { return XCTFail("\(chat.state)") }
        XCTAssertTrue(reason.contains("self-test failed on onnxruntime: output logits"), reason)
    }

    func testAWarningOfTheSystemGivesTheMemoryBackUntilTheNextRequest() async throws {
        let recording = try Recording("classifier")
        let engine = try recording.engine()
        let runner = ModelRunner([engine])
        let chat = ChatModel(runner)
        await chat.load("classifier", of: try library(recording.folder), AppSettings())
        XCTAssertEqual(engine.open, 1)
        await chat.memoryWarning()
        XCTAssertEqual(engine.open, 0)
        chat.draft = "turn on the light"
        await chat.send()
        XCTAssertEqual(chat.messages.last?.author, .model)
        let isOpen = await runner.isOpen
        XCTAssertTrue(isOpen)
        await chat.clear()
        XCTAssertEqual(chat.state, .empty)
        XCTAssertEqual(engine.open, 0)
    }

    func testSettingsChooseWhatRuns() async throws {
        let recording = try Recording("embedder")
        let library = try library(recording.folder)
        let runner = ModelRunner([try recording.engine()])
        var settings = AppSettings()
        settings.mode = .fp32
        settings.bucket = 32
        let bundle = try library.open("embedder")
        let chosen = try await runner.load(bundle, settings)
        XCTAssertEqual(chosen.mode, .fp32)
        XCTAssertEqual(chosen.buckets, [32])
        let own = try await runner.load(bundle, AppSettings())
        XCTAssertEqual(own.mode, .dynamic)
        XCTAssertEqual(own.buckets, bundle.manifest.buckets)
    }

    func testNothingIsAnsweredWhereNothingIsLoaded() async throws {
        let runner = ModelRunner([])
        let tiny = try Recording("tiny").bundle()
        do {
            _ = try await runner.answer(Request("a"))
            XCTFail("answered")
        } catch {
            XCTAssertEqual(error.message, "no model is loaded: choose a bundle")
        }
        do {
            _ = try await runner.load(tiny, AppSettings())
            XCTFail("loaded")
        } catch {
            XCTAssertTrue("\(error)".contains("the app runs none"), "\(error)")
        }
    }
}
