import EdgeBertTestSupport
import Foundation
import XCTest

@testable import EdgeBertCore

/// Bundles that Python exported, as they are and damaged.
final class BundleTests: XCTestCase {
    private let model = "model.static.onnx"
    private var tiny: Recording!

    override func setUpWithError() throws { tiny = try Recording("tiny") }

    private func copy() throws -> URL { try tiny.copy(to: temporaryFolder(self)) }

    func testExportedBundlesAreWholeAndLeadBackToTheSameDigest() throws {
        for name in ["tiny", "classifier", "answerer", "assistant"] {
            let recording = try Recording(name)
            let bundle = try recording.bundle()
            XCTAssertEqual(bundle.digest, try recording.facts["digest"].text())
            XCTAssertEqual(bundle.manifest.task, try recording.facts["task"].text())
            let expected = bundle.manifest.files.keys.sorted().map { FileCheck.intact(path: $0) }
            XCTAssertEqual(bundle.checkFiles(), expected)
            XCTAssertNoThrow(try bundle.checkAllFiles())
            XCTAssertEqual(try bundle.tokenizer().padID, try recording.facts["pad_id"].int())
        }
    }

    func testAnArtifactIsFoundByItsBackendAndMode() throws {
        let bundle = try tiny.bundle()
        XCTAssertEqual(try bundle.artifact(.onnx).path, model)
        XCTAssertEqual(try bundle.artifact(.onnx, .fp32).path, "model.fp32.onnx")
        assertRefused("no artifact for litert, found onnx static, onnx fp32") { try bundle.artifact(.litert) }
        assertRefused("no artifact for onnx dynamic") { try bundle.artifact(.onnx, .dynamic) }
    }

    func testFoldersThatAreNoBundleAreRefused() throws {
        let folder = try temporaryFolder(self)
        assertRefused("no such folder") { try ModelBundle(at: folder.appendingPathComponent("absent")) }
        assertRefused("is not a folder") {
            try ModelBundle(at: tiny.folder.appendingPathComponent("recipe.toml"))
        }
        assertRefused("has no manifest.json; expected a folder") { try ModelBundle(at: folder) }
        let odd = folder.appendingPathComponent(manifestName)
        try FileManager.default.createDirectory(at: odd, withIntermediateDirectories: false)
        assertRefused("cannot be read") { try ModelBundle(at: folder) }
    }

    func testAFlippedByteIsFoundBeforeAnEngineSeesIt() throws {
        let folder = try copy()
        let file = folder.appendingPathComponent(model)
        var content = try Data(contentsOf: file)
        content[content.count / 2] ^= 1
        try content.write(to: file)
        let bundle = try ModelBundle(at: folder)
        let engine = try tiny.engine()
        assertRefused("\(model): has SHA-256", .checkFailed) { try bundle.openSession(engine) }
        XCTAssertEqual(engine.open, 0)
        XCTAssertNoThrow(try bundle.openSession(engine, mode: .fp32))
        let damaged = bundle.checkFiles().filter { $0.problem != nil }
        XCTAssertEqual(damaged.map(\.path), [model])
        XCTAssertTrue(damaged.first?.problem?.contains("copy or export the bundle again") ?? false)
        assertRefused("\(model): has SHA-256", .checkFailed) { try bundle.checkAllFiles() }
    }

    func testAChangeAfterTheFirstVerificationIsFound() throws {
        let bundle = try ModelBundle(at: try copy())
        let recipe = try bundle.verified("recipe.toml")
        let text = try String(contentsOf: recipe, encoding: .utf8).replacingOccurrences(of: "t", with: "T")
        try Data(text.utf8).write(to: recipe)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: recipe.path)
        assertRefused("has SHA-256", .checkFailed) { try bundle.verified("recipe.toml") }
    }

    func testAnotherSizeAMissingFileAndAFileThatDoesNotBelongAreFound() throws {
        let bundle = try ModelBundle(at: try copy())
        try Data().write(to: bundle.path("recipe.toml"))
        assertRefused("has 0 bytes, expected 28", .checkFailed) { try bundle.verified("recipe.toml") }
        try FileManager.default.removeItem(at: bundle.path("recipe.toml"))
        assertRefused("is missing", .checkFailed) { try bundle.verified("recipe.toml") }
        try Data("x".utf8).write(to: bundle.path("tokenizer/notes.txt"))
        let damaged = bundle.checkFiles().filter { $0.problem != nil }
        XCTAssertEqual(damaged.map(\.path), ["recipe.toml", "tokenizer/notes.txt"])
        assertRefused("none of the files in manifest.json") { try bundle.verified("tokenizer/notes.txt") }
    }

    func testASignatureBelongsToTheBundle() throws {
        let bundle = try ModelBundle(at: try copy())
        try Data("{}".utf8).write(to: bundle.path(signatureName))
        XCTAssertNoThrow(try bundle.checkAllFiles())
    }

    func testADamagedVocabularyIsFound() throws {
        let bundle = try ModelBundle(at: try copy())
        let vocabulary = bundle.path("tokenizer/vocab.txt")
        try Data(contentsOf: bundle.path("recipe.toml")).write(to: vocabulary)
        assertRefused("vocab.txt: has 28 bytes", .checkFailed) { try bundle.tokenizer() }
    }

    func testALinkThatLeavesTheFolderIsRefused() throws {
        let folder = try copy()
        let recipe = folder.appendingPathComponent("recipe.toml")
        let elsewhere = try temporaryFolder(self).appendingPathComponent("elsewhere")
        try FileManager.default.moveItem(at: recipe, to: elsewhere)
        try FileManager.default.createSymbolicLink(at: recipe, withDestinationURL: elsewhere)
        assertRefused("recipe.toml is a link that leaves the folder") { try ModelBundle(at: folder) }
        try FileManager.default.removeItem(at: recipe)
        try FileManager.default.createSymbolicLink(at: recipe, withDestinationURL: recipe)
        assertRefused("recipe.toml is a link that leaves the folder") { try ModelBundle(at: folder) }
        try FileManager.default.removeItem(at: recipe)
        try FileManager.default.moveItem(at: elsewhere, to: folder.appendingPathComponent("tokenizer/r"))
        try FileManager.default.createSymbolicLink(atPath: recipe.path, withDestinationPath: "tokenizer/r")
        XCTAssertNoThrow(try ModelBundle(at: folder).verified("recipe.toml"))
    }

    func testSelfTestVectorsThatAreNoneAreRefused() throws {
        let folder = try copy()
        let file = folder.appendingPathComponent("self_test.json")
        try replace(file, with: #"{"vectors": [{"text": 5}]}"#, in: folder)
        assertRefused("self_test.json: found 5, expected a text at $.vectors[0].text") {
            try ModelBundle(at: folder).selfTestVectors()
        }
    }

    func testThreadsThatCannotBeGivenAreRefused() throws {
        var engine = try tiny.engine()
        let bundle = try tiny.bundle()
        assertRefused("threads: found 0") { try bundle.openSession(engine, threads: 0) }
        engine.takesThreads = false
        assertRefused("threads: onnxruntime chooses their number itself") {
            try bundle.openSession(engine, threads: 1)
        }
        XCTAssertNoThrow(try bundle.openSession(engine))
    }
}

/// Changes a file of a bundle, and its manifest so that the hashes are right.
func replace(_ file: URL, with content: String, in folder: URL) throws {
    let name = file.lastPathComponent
    let before = try XCTUnwrap(ModelBundle(at: folder).manifest.files[name])
    try Data(content.utf8).write(to: file)
    try edit(folder.appendingPathComponent(manifestName)) { text in
        text.replacingOccurrences(of: before.sha256, with: sha256(of: Array(content.utf8)))
            .replacingOccurrences(of: "\"size\": \(before.size)", with: "\"size\": \(content.utf8.count)")
    }
}

/// Changes a text file.
func edit(_ file: URL, _ change: (String) -> String) throws {
    try Data(change(String(contentsOf: file, encoding: .utf8)).utf8).write(to: file)
}
