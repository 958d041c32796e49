// What App/ uses of TensorFlow Lite's Swift interface, declared as tensorflow/lite/swift/Sources of
// tensorflow/tensorflow declares it, for the type checker alone.
import Foundation

public struct Tensor {
    public struct Shape {
        public let dimensions: [Int]
    }

    public let shape: Shape
    public let data: Data
}

public final class Delegate {}

public final class Interpreter {
    public struct Options {
        public var threadCount: Int?
        public var isXNNPackEnabled = false

        public init() {}
    }

    public init(modelPath: String, options: Options? = nil, delegates: [Delegate]? = nil) throws {}

    public func signatureRunner(with key: String) throws -> SignatureRunner { fatalError() }
}

public final class SignatureRunner {
    public func invoke(with inputs: [String: Data]) throws {}

    public func output(named name: String) throws -> Tensor { fatalError() }
}
