#if canImport(TensorFlowLite)
    import EdgeBertCore
    import Foundation
    import TensorFlowLite
    import TensorFlowLiteC

    /// LiteRT (TensorFlow Lite), for .tflite artifacts; there where the pod TensorFlowLiteSwift is.
    struct LiteRTEngine: Engine {
        let name = "litert"
        let backend = Backend.litert
        let version = String(cString: TfLiteVersion())

        func open(_ file: URL, for spec: SessionSpec) throws(EdgebertError) -> any Session {
            var options = Interpreter.Options()
            options.threadCount = spec.threads
            options.isXNNPackEnabled = true
            do {
                let interpreter = try Interpreter(modelPath: file.path, options: options)
                return LiteRTSession(interpreter, file, spec)
            } catch {
                throw .badInput("\(file.path): LiteRT cannot load it (\(error.localizedDescription))")
            }
        }
    }

    /// An opened .tflite artifact: a signature a bucket, inputs by name, outputs by their place.
    private final class LiteRTSession: Session {
        private let interpreter: Interpreter
        private let file: URL
        private let spec: SessionSpec
        private var runners: [Int: SignatureRunner] = [:]

        init(_ interpreter: Interpreter, _ file: URL, _ spec: SessionSpec) {
            self.interpreter = interpreter
            self.file = file
            self.spec = spec
        }

        func run(_ inputs: [String: [Int32]]) throws(EdgebertError) -> [String: EdgeBertCore.Tensor] {
            do {
                let runner = try runner(bucket: inputs.values.first?.count ?? 0)
                try runner.invoke(with: inputs.mapValues(bytes))
                var named: [String: EdgeBertCore.Tensor] = [:]
                for (position, name) in spec.outputs.enumerated() {
                    let output = try runner.output(named: "output_\(position)")
                    named[name] = try EdgeBertCore.Tensor(
                        shape: output.shape.dimensions, values: floats(output.data))
                }
                return named
            } catch let error as EdgebertError {
                throw error
            } catch {
                throw .badInput("\(file.path): LiteRT cannot run it (\(error.localizedDescription))")
            }
        }

        private func runner(bucket: Int) throws -> SignatureRunner {
            if let runner = runners[bucket] { return runner }
            let runner = try interpreter.signatureRunner(with: "bucket_\(bucket)")
            runners[bucket] = runner
            return runner
        }
    }

    private func bytes(_ values: [Int32]) -> Data { values.withUnsafeBytes { Data($0) } }

    private func floats(_ data: Data) -> [Float] {
        data.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: MemoryLayout<Float>.size).map {
                bytes.loadUnaligned(fromByteOffset: $0, as: Float.self)
            }
        }
    }
#endif
