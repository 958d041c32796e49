// What App/ uses of Darwin, for the type checker alone.
@_exported import Glibc

public typealias natural_t = UInt32
public typealias integer_t = Int32
public typealias mach_msg_type_number_t = natural_t
public typealias task_flavor_t = natural_t
public typealias mach_port_t = UInt32
public typealias kern_return_t = Int32

public struct mach_task_basic_info {
    public var resident_size: UInt64 = 0
    public var resident_size_max: UInt64 = 0

    public init() {}
}

public let MACH_TASK_BASIC_INFO: Int32 = 20
public let KERN_SUCCESS: Int32 = 0
nonisolated(unsafe) public var mach_task_self_: mach_port_t = 0

public func task_info(
    _ task: mach_port_t, _ flavor: task_flavor_t, _ info: UnsafeMutablePointer<integer_t>!,
    _ count: UnsafeMutablePointer<mach_msg_type_number_t>!
) -> kern_return_t { fatalError() }

public func sysctlbyname(
    _ name: UnsafePointer<CChar>!, _ old: UnsafeMutableRawPointer!, _ size: UnsafeMutablePointer<Int>!,
    _ new: UnsafeMutableRawPointer!, _ newSize: Int
) -> Int32 { fatalError() }
