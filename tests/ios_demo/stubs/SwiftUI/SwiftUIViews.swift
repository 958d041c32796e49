// Views of SwiftUI, for the type checker alone.
import UIKit
import UniformTypeIdentifiers

public struct Text: View {
    public init(_ key: LocalizedStringKey) {}

    @_disfavoredOverload
    public init<Content: StringProtocol>(_ content: Content) {}

    public init(verbatim content: String) {}

    public func font(_ font: Font?) -> Text { self }

    public func monospacedDigit() -> Text { self }

    public func foregroundStyle<Style: ShapeStyle>(_ style: Style) -> Text { self }

    public var body: Never { fatalError() }
}

public struct Label: View {
    public init(_ title: LocalizedStringKey, systemImage: String) {}

    @_disfavoredOverload
    public init<Title: StringProtocol>(_ title: Title, systemImage: String) {}

    public var body: Never { fatalError() }
}

public struct Image: View {
    public init(systemName: String) {}

    public var body: Never { fatalError() }
}

public struct Spacer: View {
    public init(minLength: CGFloat? = nil) {}

    public var body: Never { fatalError() }
}

public struct HStack<Content: View>: View {
    public init(
        alignment: VerticalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> Content
    ) {}

    public var body: Never { fatalError() }
}

public struct VStack<Content: View>: View {
    public init(
        alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil,
        @ViewBuilder content: () -> Content
    ) {}

    public var body: Never { fatalError() }
}

public struct LazyVStack<Content: View>: View {
    public init(
        alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil,
        @ViewBuilder content: () -> Content
    ) {}

    public var body: Never { fatalError() }
}

public struct ScrollView<Content: View>: View {
    public init(@ViewBuilder content: () -> Content) {}

    public var body: Never { fatalError() }
}

public struct ScrollViewProxy {
    public func scrollTo<ID: Hashable>(_ id: ID, anchor: UnitPoint? = nil) {}
}

public struct ScrollViewReader<Content: View>: View {
    public init(@ViewBuilder content: @escaping (ScrollViewProxy) -> Content) {}

    public var body: Never { fatalError() }
}

public struct NavigationStack<Content: View>: View {
    public init(@ViewBuilder root: () -> Content) {}

    public var body: Never { fatalError() }
}

public struct TabView<Content: View>: View {
    public init(@ViewBuilder content: () -> Content) {}

    public var body: Never { fatalError() }
}

public struct List<Content: View>: View {
    public init(@ViewBuilder content: () -> Content) {}

    public var body: Never { fatalError() }
}

public struct Form<Content: View>: View {
    public init(@ViewBuilder content: () -> Content) {}

    public var body: Never { fatalError() }
}

public struct Section<Content: View>: View {
    public init(_ title: LocalizedStringKey, @ViewBuilder content: () -> Content) {}

    public init(@ViewBuilder content: () -> Content) {}

    public var body: Never { fatalError() }
}

public struct ViewThatFits<Content: View>: View {
    public init(@ViewBuilder content: () -> Content) {}

    public var body: Never { fatalError() }
}

public struct ForEach<Data: RandomAccessCollection, ID: Hashable, Content>: View {
    public var body: Never { fatalError() }
}

extension ForEach where Data.Element: Identifiable, ID == Data.Element.ID, Content: View {
    public init(_ data: Data, @ViewBuilder content: @escaping (Data.Element) -> Content) {}
}

extension ForEach where Content: View {
    public init(
        _ data: Data, id: KeyPath<Data.Element, ID>,
        @ViewBuilder content: @escaping (Data.Element) -> Content
    ) {}
}

public struct Button<ButtonLabel: View>: View {
    public init(action: @escaping @MainActor () -> Void, @ViewBuilder label: () -> ButtonLabel) {}

    public var body: Never { fatalError() }
}

extension Button where ButtonLabel == Text {
    public init(_ title: LocalizedStringKey, action: @escaping @MainActor () -> Void) {}

    public init(_ title: LocalizedStringKey, role: ButtonRole?, action: @escaping @MainActor () -> Void) {}
}

extension Button where ButtonLabel == Label {
    public init(_ title: LocalizedStringKey, systemImage: String, action: @escaping @MainActor () -> Void) {}

    public init(
        _ title: LocalizedStringKey, systemImage: String, role: ButtonRole?,
        action: @escaping @MainActor () -> Void
    ) {}
}

public struct TextField: View {
    public init(_ title: LocalizedStringKey, text: Binding<String>) {}

    @_disfavoredOverload
    public init<Title: StringProtocol>(_ title: Title, text: Binding<String>) {}

    public var body: Never { fatalError() }
}

public struct TextEditor: View {
    public init(text: Binding<String>) {}

    public var body: Never { fatalError() }
}

public struct Picker<Selection: Hashable, Content: View>: View {
    public init(
        _ title: LocalizedStringKey, selection: Binding<Selection>, @ViewBuilder content: () -> Content
    ) {}

    public var body: Never { fatalError() }
}

public struct ProgressView: View {
    public init() {}

    public init(_ title: LocalizedStringKey) {}

    public init<Value: BinaryFloatingPoint>(_ title: LocalizedStringKey, value: Value?, total: Value = 1.0) {}

    public var body: Never { fatalError() }
}

public struct ContentUnavailableView: View {
    public init(_ title: LocalizedStringKey, systemImage: String, description: Text? = nil) {}

    public var body: Never { fatalError() }
}

public struct ShareLink: View {
    public init(item: URL) {}

    public var body: Never { fatalError() }
}
