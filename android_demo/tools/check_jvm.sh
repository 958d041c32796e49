#!/usr/bin/env bash
# Compiles core and screens with their tests by kotlinc and runs the tests on a plain JVM: no Gradle,
# no Android.
#
#   check_jvm.sh [BUILD_FOLDER]
#
# kotlinc is $KOTLINC, or $KOTLIN_HOME/bin/kotlinc, or on the PATH, or what fetch_kotlin.sh fetched.
# $EDGEBERT_FIXTURES is a folder of bundles that tests/android_demo makes; without it the tests that
# read them are skipped. The exit status is 0 if all others passed, and 77 where a tool is missing.
set -euo pipefail

MISSING=77
android="$(cd "$(dirname "$0")/.." && pwd)"
repository="$(dirname "$android")"
cache="$repository/.cache/kotlin"

missing() {
  echo "$1"
  exit $MISSING
}

find_kotlinc() {
  if [ -n "${KOTLINC:-}" ]; then echo "$KOTLINC"
  elif [ -n "${KOTLIN_HOME:-}" ]; then echo "$KOTLIN_HOME/bin/kotlinc"
  else command -v kotlinc || ls -d "$cache"/kotlinc-*/bin/kotlinc 2> /dev/null | tail -n 1
  fi
}

find_jar() {
  for folder in "$cache/junit" /usr/share/java; do
    if [ -e "$folder/$1.jar" ]; then echo "$folder/$1.jar" && return; fi
  done
}

command -v java > /dev/null || missing "java is missing: install a JDK, 11 or newer"
kotlinc="$(find_kotlinc || true)"
[ -f "$kotlinc" ] || missing "kotlinc is missing: run android_demo/tools/fetch_kotlin.sh"
junit="$(find_jar junit4)"
hamcrest="$(find_jar hamcrest)"
[ -n "$junit" ] && [ -n "$hamcrest" ] || missing "JUnit 4 is missing: apt-get install junit4"

build="${1:-$(mktemp -d)}"
[ $# -gt 0 ] || trap 'rm -rf "$build"' EXIT
rm -rf "$build/core" "$build/screens" "$build/test"
# The tables that every language shares; Gradle packs them in the same place.
tables="$build/core/dev/edgebert/core/text"
mkdir -p "$tables" "$build/screens" "$build/test"
cp "$repository/edgebert/text/unicode_tables.json" "$tables/"

libraries="$(dirname "$(readlink -f "$kotlinc")")/../lib"
test_path="$build/core:$build/screens:$libraries/kotlin-test.jar:$libraries/kotlin-test-junit.jar"
test_path="$test_path:$junit:$hamcrest"

# Java 8 is about what Android 8 (API 26) has: a newer class is an error here, not on the phone.
compile() {
  JAVA_OPTS="${JAVA_OPTS:--Xmx1500m}" bash "$kotlinc" -Werror -progressive -Xjdk-release=8 "$@"
}
compile "$android/core/src/main/kotlin" -module-name core -d "$build/core"
compile "$android/screens/src/main/kotlin" -module-name screens -cp "$build/core" -d "$build/screens"
compile "$android/core/src/test/kotlin" "$android/screens/src/test/kotlin" -module-name tests \
  -cp "$test_path" -Xfriend-paths="$build/core,$build/screens" -d "$build/test"

classes="$(
  for module in core screens; do
    (cd "$android/$module/src/test/kotlin" && find . -name '*Test.kt')
  done | sort | sed 's|^\./||; s|\.kt$||; s|/|.|g'
)"
# shellcheck disable=SC2086 -- one argument a class
java -Dedgebert.golden="$repository/tests/golden" \
  ${EDGEBERT_FIXTURES:+"-Dedgebert.fixtures=$EDGEBERT_FIXTURES"} \
  -cp "$build/test:$test_path:$libraries/kotlin-stdlib.jar" \
  dev.edgebert.core.TestRunnerKt $classes
