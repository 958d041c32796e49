// Modifiers of SwiftUI's views, for the type checker alone.
import UIKit
import UniformTypeIdentifiers

public struct RoundedBorderTextFieldStyle {}

public protocol TextFieldStyle {}

extension RoundedBorderTextFieldStyle: TextFieldStyle {}

extension TextFieldStyle where Self == RoundedBorderTextFieldStyle {
    public static var roundedBorder: RoundedBorderTextFieldStyle { fatalError() }
}

public protocol LabelStyle {}

public struct IconOnlyLabelStyle: LabelStyle {}

extension LabelStyle where Self == IconOnlyLabelStyle {
    public static var iconOnly: IconOnlyLabelStyle { fatalError() }
}

public struct EnabledTextSelectability {
    public static var enabled: EnabledTextSelectability { fatalError() }
}

public enum NavigationBarItem {
    public enum TitleDisplayMode {
        case automatic, inline, large
    }
}

@MainActor
extension View {
    public func padding() -> some View { Modified() }

    public func padding(_ length: CGFloat) -> some View { Modified() }

    public func frame(width: CGFloat? = nil, height: CGFloat? = nil) -> some View { Modified() }

    public func background<Style: ShapeStyle>(_ style: Style) -> some View { Modified() }

    public func background<Style: ShapeStyle, Outline: Shape>(_ style: Style, in shape: Outline) -> some View
    {
        Modified()
    }

    public func font(_ font: Font?) -> some View { Modified() }

    public func monospacedDigit() -> some View { Modified() }

    public func foregroundStyle<Style: ShapeStyle>(_ style: Style) -> some View { Modified() }

    public func textFieldStyle<Style: TextFieldStyle>(_ style: Style) -> some View { Modified() }

    public func labelStyle<Style: LabelStyle>(_ style: Style) -> some View { Modified() }

    public func textSelection(_ selectability: EnabledTextSelectability) -> some View { Modified() }

    public func disabled(_ disabled: Bool) -> some View { Modified() }

    public func id<ID: Hashable>(_ id: ID) -> some View { Modified() }

    public func tag<Tag: Hashable>(_ tag: Tag) -> some View { Modified() }

    public func tabItem<Item: View>(@ViewBuilder _ label: () -> Item) -> some View { Modified() }

    public func navigationTitle(_ title: LocalizedStringKey) -> some View { Modified() }

    @_disfavoredOverload
    public func navigationTitle<Title: StringProtocol>(_ title: Title) -> some View { Modified() }

    public func navigationBarTitleDisplayMode(_ mode: NavigationBarItem.TitleDisplayMode) -> some View {
        Modified()
    }

    public func safeAreaInset<Inset: View>(
        edge: VerticalEdge, alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil,
        @ViewBuilder content: () -> Inset
    ) -> some View { Modified() }

    public func toolbar<Content: View>(@ViewBuilder content: () -> Content) -> some View { Modified() }

    public func swipeActions<Actions: View>(@ViewBuilder content: () -> Actions) -> some View { Modified() }

    public func alert<Actions: View, Message: View>(
        _ title: LocalizedStringKey, isPresented: Binding<Bool>, @ViewBuilder actions: () -> Actions,
        @ViewBuilder message: () -> Message
    ) -> some View { Modified() }

    public func fileImporter(
        isPresented: Binding<Bool>, allowedContentTypes: [UTType],
        onCompletion: @escaping (Result<URL, any Error>) -> Void
    ) -> some View { Modified() }

    public func task(_ action: @escaping @MainActor @Sendable () async -> Void) -> some View { Modified() }

    public func submitLabel(_ label: SubmitLabel) -> some View { Modified() }

    public func onSubmit(_ action: @escaping () -> Void) -> some View { Modified() }

    public func onChange<Value: Equatable>(
        of value: Value, initial: Bool = false, _ action: @escaping (_ old: Value, _ new: Value) -> Void
    ) -> some View { Modified() }

    public func onReceive(
        _ publisher: NotificationCenter.Publisher, perform action: @escaping (Notification) -> Void
    ) -> some View { Modified() }

    public func accessibilityLabel(_ label: LocalizedStringKey) -> some View { Modified() }

    @_disfavoredOverload
    public func accessibilityLabel<Label: StringProtocol>(_ label: Label) -> some View { Modified() }

    public func accessibilityElement(children: AccessibilityChildBehavior) -> some View { Modified() }
}
