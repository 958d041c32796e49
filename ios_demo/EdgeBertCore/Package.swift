// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "EdgeBertCore",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [
        .library(name: "EdgeBertCore", targets: ["EdgeBertCore"]),
        .library(name: "EdgeBertDemo", targets: ["EdgeBertDemo"]),
    ],
    targets: [
        // What runs a bundle: Foundation alone.
        .target(name: "EdgeBertCore"),
        // What the app's screens show and do, without the screens: Foundation and Observation.
        .target(name: "EdgeBertDemo", dependencies: ["EdgeBertCore"]),
        // Exported bundles with recorded answers, for both targets' tests.
        .target(
            name: "EdgeBertTestSupport", dependencies: ["EdgeBertCore"], path: "Tests/EdgeBertTestSupport"),
        .testTarget(name: "EdgeBertCoreTests", dependencies: ["EdgeBertCore", "EdgeBertTestSupport"]),
        .testTarget(
            name: "EdgeBertDemoTests", dependencies: ["EdgeBertCore", "EdgeBertDemo", "EdgeBertTestSupport"]),
    ]
)
