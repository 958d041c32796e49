#!/usr/bin/env bash
# Compiles core and screens with their tests by kotlinc and runs the tests on a plain JVM: no Gradle,
# no Android.
#
#   check_jvm.sh [BUILD_FOLDER]
#
# $EDGEBERT_FIXTURES is a folder of bundles that tests/android_demo makes; without it the tests that
# read them are skipped. The exit status is 0 if all others passed, and 77 where a tool is missing.
set -euo pipefail
. "$(dirname "$0")/kotlin.sh"

find_jar() {
  for folder in "$kotlin_cache/junit" /usr/share/java; do
    if [ -e "$folder/$1.jar" ]; then echo "$folder/$1.jar" && return; fi
  done
}

junit="$(find_jar junit4)"
hamcrest="$(find_jar hamcrest)"
[ -n "$junit" ] && [ -n "$hamcrest" ] || missing "JUnit 4 is missing: apt-get install junit4"

build="${1:-$(mktemp -d)}"
[ $# -gt 0 ] || trap 'rm -rf "$build"' EXIT
test_path="$build/core:$build/screens:$libraries/kotlin-test.jar:$libraries/kotlin-test-junit.jar"
test_path="$test_path:$junit:$hamcrest"

modules_are_current "$build" || compile_modules "$build"
rm -rf "$build/test"
mkdir -p "$build/test"
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
