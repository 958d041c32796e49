import Foundation

/// A value that several threads may read and write, one at a time.
package final class Locked<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var content: Value

    package init(_ content: Value) { self.content = content }

    package var value: Value {
        get { lock.withLock { content } }
        set { lock.withLock { content = newValue } }
        _modify {
            lock.lock()
            defer { lock.unlock() }
            yield &content
        }
    }
}
