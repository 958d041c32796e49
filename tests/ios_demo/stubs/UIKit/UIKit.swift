// What App/ uses of UIKit, and of Foundation as Apple's systems alone have it, for the type checker
// alone; written after Apple's documentation.
@_exported import Foundation

public class UIColor: NSObject, @unchecked Sendable {
    public class var systemFill: UIColor { fatalError() }
    public class var secondarySystemBackground: UIColor { fatalError() }
    public class var systemRed: UIColor { fatalError() }
}

@MainActor
public class UIApplication: NSObject {
    public class var shared: UIApplication { fatalError() }

    public var isIdleTimerDisabled: Bool {
        get { fatalError() }
        set {}
    }

    public nonisolated class var didReceiveMemoryWarningNotification: NSNotification.Name { fatalError() }
}

@MainActor
public class UIDevice: NSObject {
    public class var current: UIDevice { fatalError() }

    public var systemName: String { fatalError() }
    public var systemVersion: String { fatalError() }
    public var model: String { fatalError() }
}

extension ProcessInfo {
    public enum ThermalState: Int {
        case nominal, fair, serious, critical
    }

    public var thermalState: ThermalState { fatalError() }
    public var isLowPowerModeEnabled: Bool { fatalError() }
}

extension URL {
    public static var applicationSupportDirectory: URL { fatalError() }

    public func startAccessingSecurityScopedResource() -> Bool { fatalError() }

    public func stopAccessingSecurityScopedResource() {}
}

extension NotificationCenter {
    public struct Publisher {
        public typealias Output = Notification
    }

    public func publisher(for name: Notification.Name, object: AnyObject? = nil) -> Publisher {
        fatalError()
    }
}
