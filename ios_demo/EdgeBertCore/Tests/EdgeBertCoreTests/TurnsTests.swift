import EdgeBertTestSupport
import XCTest

@testable import EdgeBertCore

/// Measuring in turns, against a clock that stands still but while something runs.
final class TurnsTests: XCTestCase {
    private struct Ended: Error {}

    private let now = Locked<UInt64>(0)
    private let calls = Locked<[String]>([])

    private func turns(
        iterations: Int, warmUps: Int, turn: Int, settleMs: Double = 0, seed: Int = 1,
        progress: MeasurementProgress = { _, _ in }
    ) throws -> [String: [Double]] {
        let method = try MeasurementMethod(
            iterations: iterations, warmUps: warmUps, turn: turn, settleMs: settleMs)
        let (now, calls) = (now, calls)
        func run(_ name: String, _ milliseconds: UInt64) -> (name: String, run: () throws -> Void) {
            (
                name,
                {
                    calls.value.append(name)
                    now.value += milliseconds * 1_000_000
                }
            )
        }
        return try measureInTurns(
            [run("a", 1), run("b", 30)], method, seed: seed, stopwatch: Stopwatch { now.value },
            progress: progress)
    }

    func testEachCallThatCountsIsTimedInTurnsAfterWarmUps() throws {
        var seen: [[Int]] = []
        let times = try turns(iterations: 7, warmUps: 2, turn: 3) { seen.append([$0, $1]) }
        XCTAssertEqual(times, ["a": Array(repeating: 1, count: 7), "b": Array(repeating: 30, count: 7)])
        XCTAssertEqual(seen, (1...6).map { [$0, 6] })
        let turns = calls.value.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
        XCTAssertTrue((4...6).contains(turns.count), "\(turns)")
        XCTAssertEqual(calls.value.count, 2 * (7 + 3 * 2))
    }

    func testATurnSettlesForATimeHoweverManyCallsThatTakes() throws {
        _ = try turns(iterations: 1, warmUps: 1, turn: 1, settleMs: 50)
        XCTAssertEqual(calls.value.filter { $0 == "a" }.count, 50 + 1)
        XCTAssertEqual(calls.value.filter { $0 == "b" }.count, 2 + 1)
    }

    func testRoundsTakeOtherOrdersTheSameOnesForOneSeed() throws {
        func order(_ seed: Int) throws -> [String] {
            calls.value = []
            _ = try turns(iterations: 20, warmUps: 0, turn: 1, seed: seed)
            return calls.value
        }
        XCTAssertEqual(try order(1), try order(1))
        XCTAssertNotEqual(try order(1), try order(2))
        let firsts = Set(try order(1).enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
        XCTAssertEqual(firsts, ["a", "b"])
    }

    func testWhoeverWatchesMayEndIt() {
        XCTAssertThrowsError(
            try turns(iterations: 100, warmUps: 0, turn: 1) { done, _ in if done == 3 { throw Ended() } }
        ) { XCTAssertTrue($0 is Ended) }
        XCTAssertEqual(calls.value.count, 3)
    }

    func testAMethodThatMeasuresNothingIsRefused() {
        assertRefused("found 0 iterations") { try MeasurementMethod(iterations: 0) }
        assertRefused("0 a turn") { try MeasurementMethod(turn: 0) }
        assertRefused("nan ms") { try MeasurementMethod(settleMs: .nan) }
    }
}
