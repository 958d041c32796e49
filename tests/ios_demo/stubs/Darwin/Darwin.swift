// What App/ uses of Darwin beyond what Linux's C library has too, for the type checker alone.
@_exported import Glibc

public let RUSAGE_SELF: Int32 = 0

public func sysctlbyname(
    _ name: UnsafePointer<CChar>!, _ old: UnsafeMutableRawPointer!, _ size: UnsafeMutablePointer<Int>!,
    _ new: UnsafeMutableRawPointer!, _ newSize: Int
) -> Int32 { fatalError() }
