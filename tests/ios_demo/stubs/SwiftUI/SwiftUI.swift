// What App/ uses of SwiftUI (iOS 17), for the type checker alone; written after Apple's
// documentation, views reduced to their initialisers and modifiers to their arguments.
@_exported import Observation
@_exported import UIKit
import UniformTypeIdentifiers

@MainActor @preconcurrency
public protocol View {
    associatedtype Body: View

    @ViewBuilder @MainActor @preconcurrency var body: Body { get }
}

extension Never: View {
    public var body: Never { fatalError() }
}

/// Stands for the type of whatever a modifier returns.
public struct Modified: View {
    public init() {}

    public var body: Never { fatalError() }
}

public struct TupleView<Views>: View {
    public var body: Never { fatalError() }
}

public struct EmptyView: View {
    public init() {}

    public var body: Never { fatalError() }
}

extension Optional: View where Wrapped: View {
    public var body: Never { fatalError() }
}

@resultBuilder
public enum ViewBuilder {
    public static func buildBlock() -> EmptyView { fatalError() }

    public static func buildBlock<Content: View>(_ content: Content) -> Content { content }

    public static func buildBlock<each Content: View>(
        _ content: repeat each Content
    ) -> TupleView<(repeat each Content)> { fatalError() }

    public static func buildIf<Content: View>(_ content: Content?) -> Content? { content }

    public static func buildEither<First: View>(first: First) -> Modified { fatalError() }

    public static func buildEither<Second: View>(second: Second) -> Modified { fatalError() }
}

@MainActor @preconcurrency
public protocol App {
    associatedtype Body: Scene

    @SceneBuilder @MainActor @preconcurrency var body: Body { get }

    @MainActor @preconcurrency init()
}

extension App {
    public static func main() { fatalError() }
}

public protocol Scene {}

@resultBuilder
public enum SceneBuilder {
    public static func buildBlock<Content: Scene>(_ content: Content) -> Content { content }
}

public struct WindowGroup: Scene {
    public init<Content: View>(@ViewBuilder content: () -> Content) {}
}

@propertyWrapper
public struct State<Value> {
    public init(wrappedValue: Value) {}

    public var wrappedValue: Value {
        get { fatalError() }
        nonmutating set {}
    }
    public var projectedValue: Binding<Value> { fatalError() }
}

@propertyWrapper
public struct Environment<Value> {
    public init(_ path: KeyPath<EnvironmentValues, Value>) {}

    public var wrappedValue: Value { fatalError() }
}

public struct EnvironmentValues {
    public var scenePhase: ScenePhase { fatalError() }
}

public enum ScenePhase {
    case background, inactive, active
}

@dynamicMemberLookup
@propertyWrapper
public struct Binding<Value> {
    public init() {}

    public var wrappedValue: Value {
        get { fatalError() }
        nonmutating set {}
    }
    public var projectedValue: Binding<Value> { self }

    public subscript<Subject>(
        dynamicMember path: WritableKeyPath<Value, Subject>
    ) -> Binding<Subject> { fatalError() }
}

@dynamicMemberLookup
@propertyWrapper
public struct Bindable<Value> {
    public init(wrappedValue: Value) where Value: AnyObject & Observable { self.wrappedValue = wrappedValue }

    public var wrappedValue: Value
    public var projectedValue: Bindable<Value> { self }

    public subscript<Subject>(
        dynamicMember path: ReferenceWritableKeyPath<Value, Subject>
    ) -> Binding<Subject> where Value: AnyObject { fatalError() }
}

@propertyWrapper
public struct ScaledMetric<Value: BinaryFloatingPoint> {
    public init(wrappedValue: Value) {}

    public var wrappedValue: Value { fatalError() }
}

public struct LocalizedStringKey: ExpressibleByStringInterpolation {
    public init(stringLiteral value: String) {}
}

public struct Color: View, ShapeStyle {
    public init(uiColor: UIColor) {}

    public func opacity(_ opacity: Double) -> Color { fatalError() }

    public var body: Never { fatalError() }
}

public protocol ShapeStyle {}

public struct HierarchicalShapeStyle: ShapeStyle {}

public struct Material: ShapeStyle {}

extension ShapeStyle where Self == HierarchicalShapeStyle {
    public static var primary: HierarchicalShapeStyle { fatalError() }
    public static var secondary: HierarchicalShapeStyle { fatalError() }
}

extension ShapeStyle where Self == Material {
    public static var bar: Material { fatalError() }
}

public protocol Shape {}

public struct RoundedRectangle: Shape {
    public init(cornerRadius: CGFloat) {}
}

public struct Font: Sendable {
    public static let caption = Font(), footnote = Font(), title2 = Font()
}

public struct SubmitLabel: Sendable {
    public static var send: SubmitLabel { fatalError() }
}

public struct HorizontalAlignment: Sendable {
    public static let leading = HorizontalAlignment(), center = HorizontalAlignment()
}

public struct VerticalAlignment: Sendable {
    public static let center = VerticalAlignment(), firstTextBaseline = VerticalAlignment()
}

public enum VerticalEdge {
    case top, bottom
}

public struct UnitPoint: Sendable {
    public static let bottom = UnitPoint()
}

public struct ButtonRole: Sendable {
    public static let cancel = ButtonRole(), destructive = ButtonRole()
}

public struct AccessibilityChildBehavior: Sendable {
    public static let ignore = AccessibilityChildBehavior()
}

public enum AccessibilityNotification {
    public struct Announcement {
        public init(_ announcement: String) {}

        public func post() {}
    }
}
