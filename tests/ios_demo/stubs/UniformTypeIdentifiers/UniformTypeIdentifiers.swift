// What App/ uses of UniformTypeIdentifiers, for the type checker alone.
public struct UTType: Sendable {
    public static var folder: UTType { fatalError() }
}
