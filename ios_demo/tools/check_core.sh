#!/usr/bin/env bash
# Compiles EdgeBertCore and EdgeBertDemo and their tests, with warnings as errors, runs the tests on
# this machine, and checks the style of all Swift files: no Xcode, no Apple machine.
#
#   check_core.sh [BUILD_FOLDER]
#
# $EDGEBERT_FIXTURES is a folder of bundles that tests/ios_demo makes; without it the tests that read
# them are skipped. The exit status is 0 if all others passed, and 77 where Swift is missing.
set -euo pipefail

ios="$(cd "$(dirname "$0")/.." && pwd)"
build="${1:-$(mktemp -d)}"
[ $# -gt 0 ] || trap 'rm -rf "$build"' EXIT
mkdir -p "$build"

run() {
  bash "$ios/tools/swift.sh" "$(dirname "$ios")" "$build" "$@"
}

run swift format lint --strict --recursive --configuration /project/ios_demo/.swift-format \
  /project/ios_demo/App /project/ios_demo/EdgeBertCore/Package.swift \
  /project/ios_demo/EdgeBertCore/Sources /project/ios_demo/EdgeBertCore/Tests /project/tests/ios_demo/stubs
# Swift 6.0's libswiftObservation.so refers to a function that no library of Linux has, and never calls
# it (swiftlang/swift, issue 75670).
linux=()
[ "$(uname)" != Linux ] || linux=(-Xlinker --allow-shlib-undefined)
run swift test --package-path /project/ios_demo/EdgeBertCore --scratch-path /scratch \
  --disable-sandbox -Xswiftc -warnings-as-errors ${linux[@]+"${linux[@]}"}
