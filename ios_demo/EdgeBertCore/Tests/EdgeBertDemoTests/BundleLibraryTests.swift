import EdgeBertCore
import EdgeBertTestSupport
import Foundation
import XCTest

@testable import EdgeBertDemo

final class BundleLibraryTests: XCTestCase {
    private var tiny: Recording!
    private var folder: URL!
    private var library: BundleLibrary!

    override func setUpWithError() throws {
        tiny = try Recording("tiny")
        folder = try temporaryFolder(self).appendingPathComponent("library/bundles")
        library = try BundleLibrary(at: folder)
    }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    func testABundleIsCopiedAndOpensThere() throws {
        XCTAssertEqual(library.names(), [])
        XCTAssertEqual(try library.add(tiny.folder), "tiny")
        XCTAssertEqual(try library.add(tiny.folder), "tiny 2")
        XCTAssertEqual(library.names(), ["tiny", "tiny 2"])
        XCTAssertEqual(try library.open("tiny 2").digest, try tiny.bundle().digest)
        XCTAssertNoThrow(try library.open("tiny").checkAllFiles())
        try library.remove("tiny")
        XCTAssertEqual(try files(), ["tiny 2"])
        assertRefused("tiny: cannot be removed") { try library.remove("tiny") }
        assertRefused("no such folder") { try library.open("tiny") }
    }

    func testADamagedBundleDoesNotGetIn() throws {
        let damaged = try tiny.copy(to: temporaryFolder(self))
        let model = damaged.appendingPathComponent("model.fp32.onnx")
        var content = try Data(contentsOf: model)
        content[content.count - 1] ^= 0x40
        try content.write(to: model)
        assertRefused("model.fp32.onnx: has SHA-256", .checkFailed) { try library.add(damaged) }
        try Data("{}".utf8).write(to: damaged.appendingPathComponent(manifestName))
        assertRefused("found no field format") { try library.add(damaged) }
        assertRefused("has no manifest.json") { try library.add(folder) }
        XCTAssertEqual(try files(), [])
    }

    func testOnlyTheFilesOfTheManifestAreCopied() throws {
        let source = try tiny.copy(to: temporaryFolder(self))
        try Data("stray".utf8).write(to: source.appendingPathComponent(".DS_Store"))
        let name = try library.add(source)
        let copy = try library.open(name)
        XCTAssertNoThrow(try copy.checkAllFiles())
        XCTAssertFalse(FileManager.default.fileExists(atPath: copy.path(".DS_Store").path))
        try FileManager.default.removeItem(at: source.appendingPathComponent("self_test.json"))
        assertRefused("self_test.json: is missing", .checkFailed) { try library.add(source) }
    }

    func testWhatACutOffImportLeftIsRemoved() throws {
        _ = try library.add(tiny.folder)
        let left = folder.appendingPathComponent(".importing-1")
        try FileManager.default.createDirectory(at: left, withIntermediateDirectories: false)
        XCTAssertEqual(try BundleLibrary(at: folder).names(), ["tiny"])
        XCTAssertEqual(try files(), ["tiny"])
    }

    func testAFolderThatCannotBeMadeIsTold() {
        assertRefused("cannot be made") {
            try BundleLibrary(at: tiny.folder.appendingPathComponent("recipe.toml/bundles"))
        }
    }
}
