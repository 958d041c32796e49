import EdgeBertDemo
import SwiftUI

/// Texts and what the model makes of them.
struct ChatScreen: View {
    @Bindable var chat: ChatModel

    var body: some View {
        NavigationStack {
            content
                .navigationTitle(title)
                .navigationBarTitleDisplayMode(.inline)
                .safeAreaInset(edge: .bottom) { Composer(chat: chat) }
        }
    }

    @ViewBuilder private var content: some View {
        switch chat.state {
        case .empty:
            ContentUnavailableView(
                "No bundle", systemImage: "shippingbox",
                description: Text("Import one in the settings: a folder that edgebert export wrote."))
        case .loading:
            ProgressView("Verifying and loading the model")
        case .failed(let reason):
            ContentUnavailableView(
                "The bundle cannot be used", systemImage: "exclamationmark.triangle",
                description: Text(reason))
        case .ready:
            messages
        }
    }

    private var messages: some View {
        ScrollViewReader { scroll in
            ScrollView {
                LazyVStack(alignment: .leading, spacing: 12) {
                    ForEach(chat.messages) { message in
                        MessageRow(message: message).id(message.id)
                    }
                }
                .padding()
            }
            .onChange(of: chat.messages.count) { _, count in
                scroll.scrollTo(count - 1, anchor: .bottom)
                if let message = chat.messages.last, message.author != .user {
                    AccessibilityNotification.Announcement(message.spoken).post()
                }
            }
        }
    }

    private var title: String {
        if case .ready(let model) = chat.state { model.name } else { "EdgeBert" }
    }
}

/// Where the user types; the text that a question is about, and choices, come first.
private struct Composer: View {
    @Bindable var chat: ChatModel

    @ScaledMetric private var secondHeight = 80.0

    var body: some View {
        VStack(alignment: .leading, spacing: 8) {
            if chat.isPaused {
                Text("A benchmark runs: texts are answered after it.").font(.footnote)
            }
            if let prompt = chat.form.secondPrompt {
                Text(prompt).font(.footnote).foregroundStyle(.secondary)
                TextEditor(text: second)
                    .frame(height: secondHeight)
                    .accessibilityLabel(prompt)
            }
            HStack(spacing: 8) {
                // Of one line: in a field that grows, return makes a line and submits nothing.
                TextField(chat.form.prompt, text: $chat.draft)
                    .textFieldStyle(.roundedBorder)
                    .submitLabel(.send)
                    .onSubmit(send)
                    .accessibilityLabel(chat.form.prompt)
                if chat.isAnswering {
                    ProgressView().accessibilityLabel("The model is answering")
                } else {
                    Button("Send", systemImage: "arrow.up.circle.fill", action: send)
                        .labelStyle(.iconOnly)
                        .font(.title2)
                        .disabled(!chat.canSend)
                }
            }
        }
        .padding()
        .background(.bar)
    }

    private var second: Binding<String> {
        chat.form == .choices ? $chat.choices : $chat.context
    }

    private func send() {
        Task { await chat.send() }
    }
}
