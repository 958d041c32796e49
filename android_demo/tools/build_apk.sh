#!/usr/bin/env bash
# Builds the app without an Android SDK: type-checks it against the real framework and ExecuTorch
# classes and LiteRT's stubs, compiles, dexes, packs, signs with a key of its own, verifies.
#
#   build_apk.sh [BUILD_FOLDER]
#
# The APK is BUILD_FOLDER/app.apk. It holds no native library and no bundle, so it starts and can
# run no model: what it proves is that code and resources fit together. Core and screens are taken
# from the folder if today's are compiled there. The exit status is 77 where a tool is missing.
set -euo pipefail
. "$(dirname "$0")/kotlin.sh"

MIN_SDK=26
TARGET_SDK=34
PACKAGE=dev.edgebert.demo

tools="$(ls -d "$repository"/.cache/android/tools-* 2> /dev/null | tail -n 1 || true)"
[ -n "$tools" ] || missing "the Android tools are missing: run android_demo/tools/fetch_android.sh"
command -v javac > /dev/null || missing "javac is missing: install a JDK, 11 or newer"

build="${1:-$(mktemp -d)}"
[ $# -gt 0 ] || trap 'rm -rf "$build"' EXIT
modules_are_current "$build" || compile_modules "$build"
rm -rf "$build/app"
mkdir -p "$build/app"/{generated,r,litert,classes,dex}
app="$build/app"
sources="$android/app/src/main"
jdk="$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")"

link_resources() {
  # Gradle has the package from build.gradle.kts; aapt2 wants it in the manifest.
  sed "s|<manifest |&package=\"$PACKAGE\" |" "$sources/AndroidManifest.xml" > "$app/AndroidManifest.xml"
  "$tools/aapt2" compile --dir "$sources/res" -o "$app/resources.zip"
  "$tools/aapt2" link "$app/resources.zip" -I "$tools/framework-res.apk" -o "$app/linked.apk" \
    --manifest "$app/AndroidManifest.xml" --java "$app/generated" \
    --min-sdk-version $MIN_SDK --target-sdk-version $TARGET_SDK --version-code 1 --version-name 0.1.0
  javac -nowarn -source 8 -target 8 -Xlint:-options -d "$app/r" "$app/generated/dev/edgebert/demo/R.java"
}

compile_app() {
  compile "$android/tools/stubs" -module-name litert -d "$app/litert"
  compile "$sources/kotlin" -module-name app -d "$app/classes" \
    -cp "$app/r:$build/core:$build/screens:$app/litert:$tools/android.jar:$tools/executorch.jar"
}

dex() {
  for folder in core screens app/r app/classes; do
    (cd "$build/$folder" && find . -name '*.class' | sort | jar -cf "$app/dex/${folder##*/}.jar" @/dev/stdin)
  done
  java -Xmx1500m -cp "$tools/d8.jar" com.android.tools.r8.D8 --release --min-api $MIN_SDK \
    --lib "$tools/android.jar" --lib "$jdk" --output "$app/dex" \
    "$app"/dex/*.jar "$tools/executorch.jar" "$libraries/kotlin-stdlib.jar" > "$app/d8.log" 2>&1 || {
    cat "$app/d8.log"
    return 1
  }
}

pack_and_sign() {
  local tables=dev/edgebert/core/text/unicode_tables.json
  python3 "$android/tools/pack_apk.py" "$app/unsigned.apk" "$app/linked.apk" \
    "$app/dex/classes.dex=classes.dex" "$build/core/$tables=$tables"
  # A key for this one APK; nothing is ever published with it.
  keytool -genkeypair -keystore "$app/key" -storepass password -alias key -dname CN=check \
    -keyalg RSA -validity 1 2> /dev/null
  java -cp "$tools/apksigner.jar:$tools/apksig.jar" com.android.apksigner.ApkSignerTool sign \
    --ks "$app/key" --ks-pass pass:password --v1-signing-enabled false \
    --min-sdk-version $MIN_SDK \
    --out "$build/app.apk" "$app/unsigned.apk"
}

verify() {
  java -cp "$tools/apksigner.jar:$tools/apksig.jar" com.android.apksigner.ApkSignerTool verify \
    --verbose --min-sdk-version $MIN_SDK "$build/app.apk"
  "$tools/aapt2" dump badging "$build/app.apk" 2> /dev/null
  echo "APK: $(stat -c %s "$build/app.apk") bytes, of which classes $(stat -c %s "$app/dex/classes.dex") (not compressed)"
}

link_resources
compile_app
dex
pack_and_sign
verify
