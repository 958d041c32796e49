import EdgeBertCore
import Foundation

/// The file of records: JSONL, one measurement a line, appended to; `edgebert.bench` reads it.
public struct RecordLog: Sendable {
    /// The file, to be shared.
    public let file: URL

    public init(_ file: URL) { self.file = file }

    /// Adds records at the end; half a line of a writer that was cut off is dropped first.
    ///
    /// - Throws: the file cannot be written.
    public func append(_ records: [Record]) throws(EdgebertError) {
        let lines = Data(records.map { $0.jsonLine + "\n" }.joined().utf8)
        do {
            let kept = wholeLines()
            if kept.isEmpty {
                try lines.write(to: file, options: .atomic)
                return
            }
            let handle = try FileHandle(forWritingTo: file)
            defer { try? handle.close() }
            try handle.truncate(atOffset: UInt64(kept.count))
            try handle.seekToEnd()
            try handle.write(contentsOf: lines)
            try handle.synchronize()
        } catch {
            throw .badInput("\(file.path): cannot be written (\(error.localizedDescription))")
        }
    }

    /// The latencies of a bundle, by its digest, in their order; other lines are passed over.
    public func latencies(of digest: String) -> [MeasuredLatency] {
        wholeLines().split(separator: UInt8(ascii: "\n")).compactMap { line in
            decodeUTF8(line).flatMap { try? MeasuredLatency(JSONNode(parseJSON($0)), digest: digest) }
        }
    }

    /// Removes all records.
    ///
    /// - Throws: the file cannot be removed.
    public func clear() throws(EdgebertError) {
        guard FileManager.default.fileExists(atPath: file.path) else { return }
        do {
            try FileManager.default.removeItem(at: file)
        } catch {
            throw .badInput("\(file.path): cannot be removed (\(error.localizedDescription))")
        }
    }

    private func wholeLines() -> Data {
        guard let content = try? Data(contentsOf: file) else { return Data() }
        guard let end = content.lastIndex(of: UInt8(ascii: "\n")) else { return Data() }
        return content[content.startIndex...end]
    }
}

/// What the results need of a latency record; times in milliseconds.
public struct MeasuredLatency: Equatable, Sendable {
    public let run: String
    public let `repeat`: Int
    public let variant: Variant
    public let modelMs: [Double]
    public let appMs: [Double]
    public let circumstances: Circumstances

    /// Reads a record; nil where it is another kind, or of another bundle.
    init?(_ record: JSONNode, digest: String) throws(JSONError) {
        guard try record["kind"].text() == "latency", try record["origin"]["bundle"].text() == digest else {
            return nil
        }
        let variant = try record["variant"]
        run = try record["origin"]["run"].text()
        self.repeat = try record["repeat"].int()
        self.variant = Variant(
            engine: try variant["engine"].text(), mode: try variant["mode"].oneOf(Mode.self),
            bucket: try variant["bucket"].int(), threads: try variant["threads"].orNil?.int())
        modelMs = try record["model_ms"].numbers()
        appMs = try record["app_ms"].numbers()
        circumstances = try Circumstances(record["origin"])
    }
}

/// What must be the same of two repeats, apart from the variants, for their figures to be one run's.
public struct Circumstances: Equatable, Sendable {
    public let target: String
    public let system: String
    public let engineVersion: String
    /// nil where a record has one that measures nothing.
    public let method: MeasurementMethod?

    init(target: String, system: String, engineVersion: String, method: MeasurementMethod) {
        self.target = target
        self.system = system
        self.engineVersion = engineVersion
        self.method = method
    }

    init(_ origin: JSONNode) throws(JSONError) {
        target = try origin["target"].text()
        system = try origin["machine"]["system"].text()
        engineVersion = try origin["engine_version"].text()
        let read = try origin["method"]
        let (iterations, warmUps) = (try read["iterations"].int(), try read["warm_ups"].int())
        let (turn, settleMs) = (try read["turn"].int(), try read["settle_ms"].number())
        method = try? MeasurementMethod(
            iterations: iterations, warmUps: warmUps, turn: turn, settleMs: settleMs)
    }
}
