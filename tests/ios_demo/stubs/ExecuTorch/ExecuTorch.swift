// What App/ uses of ExecuTorch's Swift interface, declared as the tag v1.4.1 of pytorch/executorch
// declares it, for the type checker alone. executorch_symbols.json says where each stands there.
import Foundation

public enum ModuleLoadMode: Int {
    case file, mmap, mmapUseMlock, mmapUseMlockIgnoreErrors
}

open class Module: NSObject {
    public init(filePath: String, dataFilePaths: [String], loadMode: ModuleLoadMode) {}

    public convenience init(filePath: String, loadMode: ModuleLoadMode) {
        self.init(filePath: filePath, dataFilePaths: [], loadMode: loadMode)
    }

    public convenience init(filePath: String) { self.init(filePath: filePath, loadMode: .file) }

    open func load() throws {}

    open func load(_ methodName: String) throws {}
}

extension Module {
    public func forward(_ inputs: [ValueConvertible]) throws -> [Value] { fatalError() }

    public func forward(_ inputs: ValueConvertible...) throws -> [Value] { fatalError() }

    public func forward<Output: ValueSequenceConstructible>(_ inputs: [ValueConvertible]) throws -> Output {
        fatalError()
    }

    public func forward<Output: ValueSequenceConstructible>(
        _ inputs: ValueConvertible...
    ) throws -> Output { fatalError() }
}

open class AnyTensor: NSObject {}

public protocol Scalar {}

extension Int32: Scalar {}

extension Float: Scalar {}

public enum ShapeDynamism: Int {
    case `static`, dynamicBound, dynamicUnbound
}

public final class Tensor<T: Scalar>: Equatable {
    public var shape: [Int] { fatalError() }

    public var count: Int { fatalError() }

    public init(_ tensor: AnyTensor) {}

    public convenience init(
        _ scalars: [T], shape: [Int] = [], strides: [Int] = [], dimensionOrder: [Int] = [],
        shapeDynamism: ShapeDynamism = .dynamicBound
    ) { fatalError() }

    public static func == (lhs: Tensor<T>, rhs: Tensor<T>) -> Bool { fatalError() }
}

extension Tensor {
    public func scalars() -> [T] { fatalError() }
}

open class Value: NSObject {}

extension Value {
    public func tensor<T: Scalar>() -> Tensor<T>? { fatalError() }
}

public protocol ValueConvertible {
    func asValue() -> Value
}

public protocol ValueConstructible {
    static func from(_ value: Value) throws -> Self
}

public protocol ValueSequenceConstructible {
    static func from(_ values: [Value]) throws -> Self
}

extension Value: ValueConvertible {
    public func asValue() -> Value { self }
}

extension Value: ValueConstructible, ValueSequenceConstructible {
    public static func from(_ value: Value) throws -> Self { fatalError() }

    public static func from(_ values: [Value]) throws -> Self { fatalError() }
}

extension Tensor: ValueConvertible {
    public func asValue() -> Value { fatalError() }
}

extension Array: ValueSequenceConstructible where Element: ValueConstructible {
    public static func from(_ values: [Value]) throws -> [Element] { fatalError() }
}
