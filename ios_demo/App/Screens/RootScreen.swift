import EdgeBertDemo
import SwiftUI
import UIKit

/// The three screens, and what concerns them all: loading, memory, problems.
struct RootScreen: View {
    @Bindable var app: AppModel

    @Environment(\.scenePhase) private var phase

    var body: some View {
        TabView {
            ChatScreen(chat: app.chat)
                .tabItem { Label("Chat", systemImage: "bubble.left.and.bubble.right") }
            BenchmarkScreen(app: app)
                .tabItem { Label("Benchmark", systemImage: "stopwatch") }
            SettingsScreen(app: app)
                .tabItem { Label("Settings", systemImage: "gearshape") }
        }
        .onChange(of: phase) { _, phase in
            // What the system slows down or stops would be timed as the model's.
            if phase != .active { app.benchmark.cancel() }
        }
        .onChange(of: app.benchmark.isRunning) { _, isRunning in
            // A device that locks itself stops the app in the midst of what is timed.
            UIApplication.shared.isIdleTimerDisabled = isRunning
        }
        .task { await app.start(shipped: shippedBundles()) }
        .onReceive(
            NotificationCenter.default.publisher(for: UIApplication.didReceiveMemoryWarningNotification)
        ) { _ in
            Task { await app.chat.memoryWarning() }
        }
        .alert("Something is wrong", isPresented: $app.hasProblem) {
            Button("OK") {}
        } message: {
            Text(app.problem ?? "")
        }
    }
}

/// The folders in the app's folder Bundles, which `project.yml` copies in where there is one.
private func shippedBundles() -> [URL] {
    guard let folder = Bundle.main.resourceURL?.appendingPathComponent("Bundles") else { return [] }
    let children = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return (children ?? []).sorted { $0.path < $1.path }
}
