import Dispatch

private let nanosecondsPerMillisecond = 1e6

/// Takes the time of calls.
public struct Stopwatch: Sendable {
    /// The clock, in nanoseconds.
    private let nanoseconds: @Sendable () -> UInt64

    public init(nanoseconds: @escaping @Sendable () -> UInt64 = { DispatchTime.now().uptimeNanoseconds }) {
        self.nanoseconds = nanoseconds
    }

    /// Times one call; returns what it returned, and its milliseconds.
    func time<Value>(_ run: () throws -> Value) rethrows -> (value: Value, milliseconds: Double) {
        let begin = nanoseconds()
        let value = try run()
        return (value, millisecondsSince(begin))
    }

    /// Calls a function until it has warmed up and whatever ran before has come to rest.
    func settle(_ method: MeasurementMethod, _ run: () throws -> Void) rethrows {
        let begin = nanoseconds()
        var calls = 0
        while calls < method.warmUps || millisecondsSince(begin) < method.settleMs {
            try run()
            calls += 1
        }
    }

    private func millisecondsSince(_ begin: UInt64) -> Double {
        Double(nanoseconds() - begin) / nanosecondsPerMillisecond
    }
}

/// Told how far a measurement is, (done, total); it may throw to end it. (Foundation has a Progress.)
public typealias MeasurementProgress = (Int, Int) throws -> Void

/// Times each of several functions, a few calls a turn; each round takes another order, so that what
/// drifts meanwhile (clock, heat) hits all alike.
///
/// - Parameters:
///   - runs: the functions by name.
///   - seed: of the rounds' orders.
/// - Returns: milliseconds of each call that counts, in their order: the n-th values of any two
///   functions belong to one round.
func measureInTurns<Name: Hashable>(
    _ runs: [(name: Name, run: () throws -> Void)],
    _ method: MeasurementMethod,
    seed: Int,
    stopwatch: Stopwatch,
    progress: MeasurementProgress
) throws -> [Name: [Double]] {
    var times: [Name: [Double]] = [:]
    var random = SplitMix64(seed: seed)
    let rounds = stride(from: 0, to: method.iterations, by: method.turn)
    let total = runs.count * Array(rounds).count
    var done = 0
    for start in rounds {
        for (name, run) in runs.shuffled(using: &random) {
            try stopwatch.settle(method, run)
            for _ in start..<min(start + method.turn, method.iterations) {
                times[name, default: []].append(try stopwatch.time(run).milliseconds)
            }
            done += 1
            try progress(done, total)
        }
    }
    return times
}

/// A generator that gives the same numbers for the same seed: splitmix64 (Steele, Lea and Flood,
/// "Fast Splittable Pseudorandom Number Generators", 2014).
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
