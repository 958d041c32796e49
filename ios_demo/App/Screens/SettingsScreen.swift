import EdgeBertCore
import EdgeBertDemo
import SwiftUI
import UniformTypeIdentifiers

/// Which bundle runs, and how.
struct SettingsScreen: View {
    @Bindable var app: AppModel

    @State private var isChoosingFolder = false

    var body: some View {
        let choices = app.choices
        NavigationStack {
            Form {
                Section("Bundle") {
                    ForEach(app.bundles, id: \.self) { name in bundleRow(name) }
                    if app.isImporting {
                        ProgressView("Copying and verifying")
                    } else {
                        Button("Import a folder", systemImage: "square.and.arrow.down") {
                            isChoosingFolder = true
                        }
                    }
                }
                Section("How it runs") {
                    Picker("Engine", selection: $app.chosenSettings.engine) {
                        Text("Automatic").tag(String?.none)
                        ForEach(choices.engines, id: \.self) { Text($0).tag(String?.some($0)) }
                    }
                    Picker("Precision", selection: $app.chosenSettings.mode) {
                        Text("Smallest").tag(Mode?.none)
                        ForEach(choices.modes, id: \.self) { Text($0.rawValue).tag(Mode?.some($0)) }
                    }
                    Picker("Length in tokens", selection: $app.chosenSettings.bucket) {
                        Text("As the text needs").tag(Int?.none)
                        ForEach(choices.buckets, id: \.self) { Text("\($0)").tag(Int?.some($0)) }
                    }
                    if choices.threads {
                        Picker("Threads", selection: $app.chosenSettings.threads) {
                            Text("Automatic").tag(Int?.none)
                            ForEach([1, 2, 4], id: \.self) { Text("\($0)").tag(Int?.some($0)) }
                        }
                    }
                }
            }
            .disabled(app.isMeasuring)
            .navigationTitle("Settings")
        }
        .fileImporter(isPresented: $isChoosingFolder, allowedContentTypes: [.folder]) { result in
            switch result {
            case .success(let folder): importFolder(folder)
            case .failure(let error): app.problem = error.localizedDescription
            }
        }
    }

    private func bundleRow(_ name: String) -> some View {
        Button {
            Task { await app.select(name) }
        } label: {
            HStack {
                Text(name)
                Spacer()
                if name == app.chosenName { Image(systemName: "checkmark") }
            }
        }
        .accessibilityLabel(name == app.chosenName ? "\(name), chosen" : name)
        .swipeActions {
            Button("Remove", systemImage: "trash", role: .destructive) {
                Task { await app.remove(name) }
            }
        }
    }

    /// A folder of another app may be read only between these two calls.
    private func importFolder(_ folder: URL) {
        Task {
            let isScoped = folder.startAccessingSecurityScopedResource()
            await app.importBundle(folder)
            if isScoped { folder.stopAccessingSecurityScopedResource() }
        }
    }
}
