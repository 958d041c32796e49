#!/usr/bin/env bash
# Type-checks App/, and what the core uses of CryptoKit, without Apple's SDK: against EdgeBertCore and
# EdgeBertDemo as check_core.sh has compiled them, and against declarations of what is used of
# SwiftUI, Charts, UIKit, ExecuTorch and TensorFlow Lite (tests/ios_demo/stubs). That finds a misspelt
# member, a wrong type, a data race; it does not show that Apple's own declarations are the same.
#
#   check_app.sh BUILD_FOLDER    of check_core.sh
set -euo pipefail

ios="$(cd "$(dirname "$0")/.." && pwd)"
build="$1"
stubs="$(dirname "$ios")/tests/ios_demo/stubs"
mkdir -p "$build/stubs"

compile() {
  bash "$ios/tools/swift.sh" "$(dirname "$ios")" "$build" swiftc -swift-version 6 -package-name ios "$@"
}

# In the order in which they import each other.
modules=(CryptoKit Darwin UIKit UniformTypeIdentifiers SwiftUI Charts)
modules+=(ExecuTorch TensorFlowLiteC TensorFlowLite)
for module in "${modules[@]}"; do
  sources=()
  for source in "$stubs/$module"/*.swift; do
    sources+=("/project/tests/ios_demo/stubs/$module/${source##*/}")
  done
  compile -emit-module -module-name "$module" -parse-as-library -I /scratch/stubs \
    -emit-module-path "/scratch/stubs/$module.swiftmodule" "${sources[@]}"
done

# The part of the core that is compiled on Apple's systems alone.
core=/project/ios_demo/EdgeBertCore/Sources/EdgeBertCore/Bundle
compile -typecheck -warnings-as-errors -module-name Hashing -parse-as-library -I /scratch/stubs \
  "$core/SHA256.swift" "$core/PortableSHA256.swift"

sources=()
while IFS= read -r source; do
  sources+=("/project/ios_demo/App/$source")
done < <(cd "$ios/App" && find . -name '*.swift' | sort | sed 's|^\./||')
compile -typecheck -warnings-as-errors -module-name EdgeBert -parse-as-library \
  -I /scratch/stubs -I /scratch/debug/Modules "${sources[@]}"
echo "App: ${#sources[@]} files are well typed"
