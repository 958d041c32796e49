/// Version of the records; `edgebert/bench/protocol.py` has the same number.
let recordSchema = 1

/// How this core calls itself where a record names the edgebert on the device.
public let coreVersion = "Swift core 0.1.0"

/// One thing that is measured: an artifact on an engine, in one length, with some threads.
public struct Variant: Hashable, Sendable, CustomStringConvertible {
    public let engine: String
    public let mode: Mode
    public let bucket: Int
    /// Threads the engine may use; nil leaves the number to it.
    public let threads: Int?

    public init(engine: String, mode: Mode, bucket: Int, threads: Int?) {
        self.engine = engine
        self.mode = mode
        self.bucket = bucket
        self.threads = threads
    }

    public var description: String {
        "\(engine) \(mode), \(bucket) tokens" + (threads.map { ", \($0) threads" } ?? "")
    }
}

/// How latency is measured within one process. (It is not called Method because Objective-C has that
/// name.)
///
/// Variants take turns. A turn begins with inferences that do not count: `warmUps` of them at least,
/// and for `settleMs` at least, because an engine that had its turn before may still keep the cores
/// busy.
public struct MeasurementMethod: Equatable, Sendable {
    /// Inferences that count, of each variant in each process.
    public let iterations: Int
    /// Inferences that do not count, at the start of each turn.
    public let warmUps: Int
    /// Inferences that count in one turn.
    public let turn: Int
    /// Shortest time from the start of a turn to its first inference that counts.
    public let settleMs: Double

    /// - Throws: nothing would be measured.
    public init(
        iterations: Int = 20, warmUps: Int = 3, turn: Int = 5, settleMs: Double = 50
    ) throws(EdgebertError) {
        if iterations < 1 || turn < 1 || warmUps < 0 || !(0..<Double.infinity).contains(settleMs) {
            throw .badInput(
                "method: found \(iterations) iterations, \(turn) a turn, \(warmUps) warm-ups and "
                    + "\(settleMs) ms, expected 1, 1, 0 and 0 or more"
            )
        }
        self.iterations = iterations
        self.warmUps = warmUps
        self.turn = turn
        self.settleMs = settleMs
    }
}

/// The text that a bucket is measured with: parts of a request, and tokens of each run.
public struct Sample: Equatable, Sendable {
    public let bucket: Int
    public let text: String
    public let pair: String?
    public let choices: [String]
    public let tokens: [Int]

    /// The request that it stands for.
    public var request: Request { Request(text, pair: pair, choices: choices) }
}

/// A CPU; the app fills it in.
public struct CPU: Equatable, Sendable {
    /// Its name.
    public let model: String
    /// What it sits in, "iPhone15,2" for example.
    public let board: String?
    /// Physical cores.
    public let cores: Int
    /// Logical processors that this process may use.
    public let threads: Int
    /// Which of the instructions that matter for int8 it has ("asimddp", "i8mm").
    public let features: [String: Bool]

    public init(model: String, board: String?, cores: Int, threads: Int, features: [String: Bool]) {
        self.model = model
        self.board = board
        self.cores = cores
        self.threads = threads
        self.features = features
    }
}

/// What does not change between two runs on one device; the app fills it in.
public struct Machine: Equatable, Sendable {
    public let cpu: CPU
    /// As `uname -m` has it.
    public let architecture: String
    /// The operating system with its release.
    public let system: String

    public init(cpu: CPU, architecture: String, system: String) {
        self.cpu = cpu
        self.architecture = architecture
        self.system = system
    }
}

/// What changes while a device works; nil or empty where the system does not tell.
public struct Conditions: Equatable, Sendable {
    /// UTC, ISO 8601.
    public let time: String
    /// Processes that ran or waited for a core, on average over the last minute.
    public let load: Double?
    /// Temperature by name of the sensor.
    public let celsius: [String: Double]

    public init(time: String, load: Double?, celsius: [String: Double] = [:]) {
        self.time = time
        self.load = load
        self.celsius = celsius
    }
}

/// What core cannot know of a device without its system's own interfaces; an app implements it.
public protocol DeviceProbe: Sendable {
    /// The state that the device is in now.
    func conditions() -> Conditions

    /// The memory of this process that is resident now, in bytes; nil where the system does not tell.
    func residentBytes() -> Int?

    /// The most that was resident since the process began.
    func peakResidentBytes() -> Int?
}
