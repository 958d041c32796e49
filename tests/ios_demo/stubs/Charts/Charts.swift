// What App/ uses of Swift Charts (iOS 17), for the type checker alone; written after Apple's
// documentation.
import SwiftUI

@MainActor @preconcurrency
public protocol ChartContent {}

public protocol Plottable {}

extension String: Plottable {}

extension Double: Plottable {}

public struct PlottableValue<Value: Plottable> {
    public static func value(_ label: LocalizedStringKey, _ value: Value) -> PlottableValue<Value> {
        fatalError()
    }
}

public struct MarkedContent: ChartContent {
    public init() {}
}

@resultBuilder
public enum ChartContentBuilder {
    public static func buildBlock<each Content: ChartContent>(
        _ content: repeat each Content
    ) -> MarkedContent { fatalError() }
}

public struct Chart<Content: ChartContent>: View {
    public init<Data: RandomAccessCollection>(
        _ data: Data, @ChartContentBuilder content: @escaping (Data.Element) -> Content
    ) where Data.Element: Identifiable {}

    public var body: Never { fatalError() }
}

public struct BarMark: ChartContent {
    public init<X: Plottable, Y: Plottable>(x: PlottableValue<X>, y: PlottableValue<Y>) {}
}

public struct RuleMark: ChartContent {
    public init<X: Plottable, Y: Plottable>(
        x: PlottableValue<X>, yStart: PlottableValue<Y>, yEnd: PlottableValue<Y>
    ) {}
}

@MainActor
extension ChartContent {
    public func position<By: Plottable>(by value: PlottableValue<By>) -> some ChartContent { MarkedContent() }

    public func foregroundStyle<By: Plottable>(by value: PlottableValue<By>) -> some ChartContent {
        MarkedContent()
    }

    public func foregroundStyle<Style: ShapeStyle>(_ style: Style) -> some ChartContent { MarkedContent() }

    public func accessibilityHidden(_ hidden: Bool) -> some ChartContent { MarkedContent() }

    public func accessibilityLabel<Label: StringProtocol>(_ label: Label) -> some ChartContent {
        MarkedContent()
    }
}

@MainActor
extension View {
    public func chartXAxisLabel(_ label: LocalizedStringKey) -> some View { Modified() }

    public func chartYAxisLabel(_ label: LocalizedStringKey) -> some View { Modified() }
}
