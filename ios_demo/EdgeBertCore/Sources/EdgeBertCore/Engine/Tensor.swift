/// An array of float32 in row-major order.
public struct Tensor: Equatable, Sendable {
    /// The length of each axis.
    public let shape: [Int]
    /// As many as the shape says.
    public let values: [Float]

    /// - Throws: there are more or fewer values than the shape says.
    public init(shape: [Int], values: [Float]) throws(EdgebertError) {
        var size = 1
        var overflow = shape.contains { $0 < 0 }
        for axis in shape where !overflow {
            (size, overflow) = size.multipliedReportingOverflow(by: axis)
        }
        if overflow || size != values.count {
            throw .badInput("found \(values.count) values for an output of shape \(shape)")
        }
        self.shape = shape
        self.values = values
    }

    /// A row along the first axis: all axes but that make the shape of a row.
    public func row(_ index: Int) -> [Float] {
        let width = values.count / shape[0]
        return Array(values[index * width..<(index + 1) * width])
    }

    /// Without the entries of the second axis from `count` on; the first axis must be 1 long.
    func trimmed(to count: Int) throws(EdgebertError) -> Tensor {
        guard shape.count >= 2, shape[0] == 1, shape[1] >= count else {
            throw .badInput("found an output of shape \(shape), expected [1, \(count) or more]")
        }
        let width = shape.dropFirst(2).reduce(1, *)
        return try Tensor(
            shape: [1, count] + shape.dropFirst(2), values: Array(values.prefix(count * width)))
    }

    /// Without its first axis, which must be 1 long.
    func withoutBatch() throws(EdgebertError) -> Tensor {
        guard shape.first == 1 else {
            throw .badInput("found an output of shape \(shape), expected a first axis of 1")
        }
        return try Tensor(shape: Array(shape.dropFirst()), values: values)
    }
}
