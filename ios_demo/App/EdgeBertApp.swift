import EdgeBertCore
import EdgeBertDemo
import SwiftUI

@main
struct EdgeBertApp: App {
    private let launched = Launch.start()

    var body: some Scene {
        WindowGroup {
            switch launched {
            case .ready(let app): RootScreen(app: app)
            case .failed(let reason):
                ContentUnavailableView(
                    "The app cannot start", systemImage: "exclamationmark.triangle",
                    description: Text(reason))
            }
        }
    }
}

/// What the app is made of, or why it cannot be made.
@MainActor
private enum Launch {
    case ready(AppModel)
    case failed(String)

    static func start() -> Launch {
        do throws(EdgebertError) {
            return .ready(
                try AppModel(
                    linkedEngines(), AppleDevice.description(), folder: .applicationSupportDirectory,
                    method: MeasurementMethod()))
        } catch {
            return .failed(error.message)
        }
    }
}
