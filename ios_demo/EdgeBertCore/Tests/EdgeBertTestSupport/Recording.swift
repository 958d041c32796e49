import EdgeBertCore
import Foundation

/// A bundle that the Python side exported, with every run that ONNX Runtime did there and what
/// Python made of it.
package struct Recording {
    package let facts: JSONNode
    package let folder: URL

    package init(_ name: String) throws {
        facts = try readJSON(try fixture("\(name).json"))
        folder = try fixture(name)
    }

    package func bundle() throws -> ModelBundle { try ModelBundle(at: folder) }

    /// Answers as ONNX Runtime did, or bent.
    package func engine(bend: @escaping @Sendable (Tensor) throws -> Tensor = { $0 }) throws -> RecordedEngine
    {
        try RecordedEngine(facts, bend: bend)
    }

    /// A copy of the bundle's folder.
    package func copy(to folder: URL) throws -> URL {
        let target = folder.appendingPathComponent("copy")
        try FileManager.default.copyItem(at: self.folder, to: target)
        return target
    }
}

/// The recorded runs in the place of an engine: other inputs than recorded are an error.
package struct RecordedEngine: Engine {
    package let name = "onnxruntime"
    package let backend = Backend.onnx
    package let version: String
    package var takesThreads = true

    fileprivate struct Run: Hashable {
        let path: String
        let inputs: [String: [Int32]]
    }

    private let runs: [Run: Outputs]
    private let bend: @Sendable (Tensor) throws -> Tensor
    private let sessions = Locked(0)

    /// Sessions that were opened and are still there.
    package var open: Int { sessions.value }

    package init(_ facts: JSONNode, bend: @escaping @Sendable (Tensor) throws -> Tensor) throws {
        version = try facts["engine_version"].text()
        self.bend = bend
        var runs: [Run: Outputs] = [:]
        for run in try facts["runs"].items() {
            let inputs = try run["inputs"].entries().map { ($0.name, try $0.node.ints().map { Int32($0) }) }
            let key = Run(path: try run["path"].text(), inputs: Dictionary(uniqueKeysWithValues: inputs))
            runs[key] = try run["outputs"].tensors()
        }
        self.runs = runs
    }

    package func open(_ file: URL, for spec: SessionSpec) throws(EdgebertError) -> any Session {
        RecordedSession(self, path: file.lastPathComponent)
    }

    private final class RecordedSession: Session {
        let engine: RecordedEngine
        let path: String

        init(_ engine: RecordedEngine, path: String) {
            self.engine = engine
            self.path = path
            engine.sessions.value += 1
        }

        deinit { engine.sessions.value -= 1 }

        func run(_ inputs: [String: [Int32]]) throws(EdgebertError) -> Outputs {
            guard let outputs = engine.runs[Run(path: path, inputs: inputs)] else {
                throw .badInput("no such run of \(path) was recorded: \(inputs)")
            }
            do {
                return try outputs.mapValues(engine.bend)
            } catch {
                throw .badInput("\(error)")
            }
        }
    }
}
