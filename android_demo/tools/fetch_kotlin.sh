#!/usr/bin/env bash
# Fetches what check_jvm.sh needs beside a JDK, if it is not there: JetBrains' Kotlin compiler from
# npm and JUnit 4 from Debian. Nothing is installed; both go to .cache/kotlin, which git ignores.
set -euo pipefail

VERSION=2.4.20
SHA256=c23dab400d7ce5ea8b6c909947c0ca5454189e4bb1108695b5f464500e5e950f

cache="$(cd "$(dirname "$0")/../.." && pwd)/.cache/kotlin"
mkdir -p "$cache"
exec 9> "$cache/.lock"
flock 9
work="$(mktemp -d "$cache/.fetching.XXXXXX")"
trap 'rm -rf "$work"' EXIT

fetch_compiler() {
  (cd "$work" && npm pack --silent "kotlin-compiler@$VERSION" > /dev/null)
  echo "$SHA256  $work/kotlin-compiler-$VERSION.tgz" | sha256sum --check --quiet
  tar -xzf "$work/kotlin-compiler-$VERSION.tgz" -C "$work"
  mv "$work/package" "$cache/kotlinc-$VERSION"
}

download_junit() {
  (cd "$work" && apt-get download -q junit4 libhamcrest-java > apt.log 2>&1)
}

fetch_junit() {
  # A fresh container has no package lists, and only root can fetch them.
  download_junit || { apt-get update -q > /dev/null 2>&1 && download_junit; } || {
    echo "JUnit 4 cannot be fetched; apt-get install junit4. apt-get said:" >&2
    cat "$work/apt.log" >&2
    return 1
  }
  for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/root"; done
  mv "$work/root/usr/share/java" "$cache/junit"
}

[ -d "$cache/kotlinc-$VERSION" ] || fetch_compiler
[ -e /usr/share/java/junit4.jar ] || [ -d "$cache/junit" ] || fetch_junit
