import EdgeBertCore
import ExecuTorch
import Foundation

// The method that edgebert lowers for any length up to the largest bucket.
private let method = "forward"

/// ExecuTorch with XNNPACK, for .pte artifacts.
struct ExecuTorchEngine: Engine {
    let name = "executorch"
    let backend = Backend.executorch
    /// As `project.yml` pins it: the runtime does not tell its version.
    let version = "1.4.1"
    /// Its Swift interface has no number of threads.
    let takesThreads = false

    func open(_ file: URL, for spec: SessionSpec) throws(EdgebertError) -> any Session {
        let module = Module(filePath: file.path, loadMode: .mmap)
        do {
            try module.load(method)
        } catch {
            throw .badInput("\(file.path): ExecuTorch cannot load it (\(error.localizedDescription))")
        }
        return ExecuTorchSession(module, file, spec)
    }
}

/// An opened .pte artifact; inputs and outputs go by position.
private final class ExecuTorchSession: Session {
    private let module: Module
    private let file: URL
    private let spec: SessionSpec

    init(_ module: Module, _ file: URL, _ spec: SessionSpec) {
        self.module = module
        self.file = file
        self.spec = spec
    }

    func run(_ inputs: [String: [Int32]]) throws(EdgebertError) -> [String: EdgeBertCore.Tensor] {
        let values = spec.inputs.compactMap { inputs[$0] }.map { ids in
            ExecuTorch.Tensor<Int32>(ids, shape: [1, ids.count])
        }
        let outputs: [Value]
        do {
            outputs = try module.forward(values)
        } catch {
            throw .badInput("\(file.path): ExecuTorch cannot run it (\(error.localizedDescription))")
        }
        if outputs.count != spec.outputs.count {
            throw .badInput(
                "\(file.path): found \(outputs.count) outputs, expected \(spec.outputs.count); "
                    + "export the bundle again"
            )
        }
        var named: [String: EdgeBertCore.Tensor] = [:]
        for (name, output) in zip(spec.outputs, outputs) { named[name] = try float32(name, output) }
        return named
    }

    private func float32(_ name: String, _ output: Value) throws(EdgebertError) -> EdgeBertCore.Tensor {
        guard let found: ExecuTorch.Tensor<Float> = output.tensor() else {
            throw .badInput("\(file.path): output \(name) is no float32; export the bundle again")
        }
        return try EdgeBertCore.Tensor(shape: found.shape, values: found.scalars())
    }
}
