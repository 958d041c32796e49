import EdgeBertTestSupport
import XCTest

@testable import EdgeBertCore

/// The figures of tests/golden/statistics.json, intervals and their resamples included.
final class StatisticsGoldenTests: XCTestCase {
    func testSummaries() throws {
        let cases = try golden("statistics.json")["summaries"].items()
        XCTAssertGreaterThanOrEqual(cases.count, 10)
        for node in cases {
            let found = Summary(try node["values"].numbers())
            let expected = try node["summary"]
            XCTAssertEqual(found.n, try expected["n"].int())
            try assertClose(found.minimum, expected["minimum"])
            try assertClose(found.median, expected["median"])
            try assertClose(found.mean, expected["mean"])
            try assertClose(found.p90, expected["p90"])
            try assertClose(found.p95, expected["p95"])
            try assertClose(found.p99, expected["p99"])
            try assertClose(found.mad, expected["mad"])
            try assertClose(found.low, expected["low"])
            try assertClose(found.high, expected["high"])
            if let deviation = try expected["deviation"].orNil {
                try assertClose(try XCTUnwrap(found.deviation), deviation)
            } else {
                XCTAssertNil(found.deviation)
            }
        }
    }

    func testRatios() throws {
        let cases = try golden("statistics.json")["ratios"].items()
        XCTAssertFalse(cases.isEmpty)
        for node in cases {
            let found = Interval(ratioOf: try node["values"].numbers(), to: try node["reference"].numbers())
            let expected = try node["interval"]
            XCTAssertEqual(found.n, try expected["n"].int())
            try assertClose(found.median, expected["median"])
            try assertClose(found.low, expected["low"])
            try assertClose(found.high, expected["high"])
        }
    }
}
