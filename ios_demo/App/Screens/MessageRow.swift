import EdgeBertDemo
import SwiftUI

/// One message; VoiceOver reads it as a whole.
struct MessageRow: View {
    let message: ChatMessage

    @ScaledMetric private var padding = 10.0

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            ForEach(Array(message.lines.enumerated()), id: \.offset) { _, line in
                HStack(alignment: .firstTextBaseline) {
                    Text(line.text)
                    Spacer()
                    Text(line.percent).monospacedDigit().foregroundStyle(.secondary)
                }
            }
            if let footnote = message.footnote {
                Text(footnote).font(.caption).foregroundStyle(.secondary)
            }
        }
        .padding(padding)
        .background(background, in: RoundedRectangle(cornerRadius: 12))
        .textSelection(.enabled)
        .accessibilityElement(children: .ignore)
        .accessibilityLabel(message.spoken)
    }

    /// Colours of the system, which follow light and dark mode and more contrast.
    private var background: Color {
        switch message.author {
        case .user: Color(uiColor: .systemFill)
        case .model: Color(uiColor: .secondarySystemBackground)
        case .problem: Color(uiColor: .systemRed).opacity(0.2)
        }
    }
}
