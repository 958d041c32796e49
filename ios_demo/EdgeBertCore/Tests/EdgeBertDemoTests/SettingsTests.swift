import EdgeBertCore
import EdgeBertTestSupport
import Foundation
import XCTest

@testable import EdgeBertDemo

final class SettingsTests: XCTestCase {
    func testWhatIsWrittenIsRead() throws {
        let file = SettingsFile(try temporaryFolder(self).appendingPathComponent("settings.json"))
        XCTAssertEqual(file.read(), AppSettings())
        var settings = AppSettings()
        settings.engine = "executorch"
        settings.mode = .static
        settings.bucket = 32
        settings.threads = 2
        settings.bundle = "minilm"
        try file.write(settings)
        XCTAssertEqual(file.read(), settings)
    }

    func testADamagedFileStandsForNoSettings() throws {
        let place = try temporaryFolder(self).appendingPathComponent("settings.json")
        for content in ["", "{", #"{"mode": "int4"}"#, #"{"bucket": "x"}"#] {
            try Data(content.utf8).write(to: place)
            XCTAssertEqual(SettingsFile(place).read(), AppSettings())
        }
        assertRefused("the settings cannot be written") {
            try SettingsFile(place.appendingPathComponent("below")).write(AppSettings())
        }
    }

    func testWhatABundleDoesNotHaveIsDropped() throws {
        let recording = try Recording("tiny")
        let (bundle, engine) = (try recording.bundle(), try recording.engine())
        var settings = AppSettings()
        settings.engine = "onnxruntime"
        settings.mode = .fp32
        settings.bucket = 16
        settings.threads = 1
        XCTAssertEqual(settings.fitted(to: bundle, [engine]), settings)
        var single = engine
        single.takesThreads = false
        XCTAssertNil(settings.fitted(to: bundle, [single]).threads)
        settings.engine = "litert"
        settings.mode = .dynamic
        settings.bucket = 64
        settings.threads = 0
        XCTAssertEqual(settings.fitted(to: bundle, [engine]), AppSettings())
    }
}
