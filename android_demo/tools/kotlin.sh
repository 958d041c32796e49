# What check_jvm.sh and build_apk.sh share: the tools, and the two modules without Android. Sourced.

MISSING=77
android="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
repository="$(dirname "$android")"
kotlin_cache="$repository/.cache/kotlin"

missing() {
  echo "$1"
  exit $MISSING
}

# $KOTLINC, or $KOTLIN_HOME/bin/kotlinc, or on the PATH, or what fetch_kotlin.sh fetched.
find_kotlinc() {
  if [ -n "${KOTLINC:-}" ]; then echo "$KOTLINC"
  elif [ -n "${KOTLIN_HOME:-}" ]; then echo "$KOTLIN_HOME/bin/kotlinc"
  else command -v kotlinc || ls -d "$kotlin_cache"/kotlinc-*/bin/kotlinc 2> /dev/null | tail -n 1
  fi
}

command -v java > /dev/null || missing "java is missing: install a JDK, 11 or newer"
kotlinc="$(find_kotlinc || true)"
[ -f "$kotlinc" ] || missing "kotlinc is missing: run android_demo/tools/fetch_kotlin.sh"
libraries="$(dirname "$(readlink -f "$kotlinc")")/../lib"

# Java 8 is about what Android 8 (API 26) has: a newer class is an error here, not on the phone.
compile() {
  JAVA_OPTS="${JAVA_OPTS:--Xmx1500m}" bash "$kotlinc" -Werror -progressive -Xjdk-release=8 "$@"
}

# Whether BUILD holds core and screens as compile_modules makes them of today's sources.
modules_are_current() {
  [ -e "$1/screens/.compiled" ] || return 1
  local newer
  newer="$(find "$android"/{core,screens}/src/main -type f -newer "$1/screens/.compiled")"
  [ -z "$newer" ]
}

# Compiles core and screens into BUILD/core and BUILD/screens.
compile_modules() {
  local build="$1"
  rm -rf "$build/core" "$build/screens"
  # The tables that every language shares; Gradle packs them in the same place.
  local tables="$build/core/dev/edgebert/core/text"
  mkdir -p "$tables" "$build/screens"
  cp "$repository/edgebert/text/unicode_tables.json" "$tables/"
  compile "$android/core/src/main/kotlin" -module-name core -d "$build/core"
  compile "$android/screens/src/main/kotlin" -module-name screens -cp "$build/core" -d "$build/screens"
  touch "$build/screens/.compiled"
}
