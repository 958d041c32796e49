import Darwin
import EdgeBertCore
import EdgeBertDemo
import Foundation
import UIKit

/// What an iPhone or iPad tells of itself.
@MainActor
enum AppleDevice {
    static func description() -> DeviceDescription {
        let device = UIDevice.current
        let board = systemText("hw.machine")
        let cpu = CPU(
            model: systemText("machdep.cpu.brand_string") ?? board ?? "unknown",
            board: board,
            cores: systemNumber("hw.physicalcpu") ?? ProcessInfo.processInfo.processorCount,
            threads: ProcessInfo.processInfo.activeProcessorCount,
            features: features()
        )
        let system = "\(device.systemName) \(device.systemVersion)"
        return DeviceDescription(
            name: board ?? device.model,
            machine: Machine(cpu: cpu, architecture: "arm64", system: system),
            probe: AppleProbe(),
            warning: warning
        )
    }
}

/// The instructions that decide how fast int8 is, by the names that Linux has for them.
private func features() -> [String: Bool] {
    let names = ["asimddp": "hw.optional.arm.FEAT_DotProd", "i8mm": "hw.optional.arm.FEAT_I8MM"]
    return names.compactMapValues { systemNumber($0).map { $0 == 1 } }
}

/// Why figures of now would say little.
@Sendable
private func warning() -> String? {
    let process = ProcessInfo.processInfo
    if process.isLowPowerModeEnabled { return "Low power mode is on: the clock is lower than usual." }
    switch process.thermalState {
    case .serious, .critical: return "The device is hot and runs slower: let it cool down first."
    default: return nil
    }
}

private struct AppleProbe: DeviceProbe {
    func conditions() -> Conditions {
        var loads = [0.0]
        let load = getloadavg(&loads, 1) == 1 ? loads[0] : nil
        return Conditions(time: utcNow(), load: load)
    }

    /// Not told: the kernel's interface for it names the task by a global that Swift 6 refuses.
    func residentBytes() -> Int? { nil }

    func peakResidentBytes() -> Int? {
        var usage = rusage()
        // Apple's systems count it in bytes, others in kilobytes.
        return getrusage(RUSAGE_SELF, &usage) == 0 ? Int(usage.ru_maxrss) : nil
    }
}

/// A text that the kernel tells by name; nil where it has none of that name.
private func systemText(_ name: String) -> String? {
    var size = 0
    guard sysctlbyname(name, nil, &size, nil, 0) == 0, size > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    guard sysctlbyname(name, &bytes, &size, nil, 0) == 0 else { return nil }
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
}

/// A number of 32 bits that the kernel tells by name.
private func systemNumber(_ name: String) -> Int? {
    var value: Int32 = 0
    var size = MemoryLayout<Int32>.size
    return sysctlbyname(name, &value, &size, nil, 0) == 0 ? Int(value) : nil
}
