#!/usr/bin/env bash
# Builds a program that runs a .pte on the x86_64 Android build of ExecuTorch, on this machine, and
# prints its path: the runtime that phones load, with the artifact that they load, and no phone.
#
#   build_host_runner.sh BUILD_FOLDER
#
# The library is linked against Android's C library. host/bionic.c has the few functions that glibc
# lacks; fbjni, which ties C++ to Java, is never called and made of traps. The library's own C++ API is
# called with the headers that come with it, and LLVM's libc++ in the NDK's namespace. The exit status
# is 77 where a tool is missing.
set -euo pipefail

MISSING=77
here="$(cd "$(dirname "$0")" && pwd)"
repository="$(dirname "$(dirname "$here")")"
tools="$(ls -d "$repository"/.cache/android/tools-* 2> /dev/null | tail -n 1 || true)"

missing() {
  echo "$1"
  exit $MISSING
}

[ "$(uname -sm)" = "Linux x86_64" ] || missing "the Android library is for x86_64 Linux"
command -v g++ > /dev/null || missing "g++ is missing: apt-get install g++"
[ -d "$tools/include" ] || missing "the Android tools are missing: run android_demo/tools/fetch_android.sh"

build="$1/host"
rm -rf "$build"
mkdir -p "$build"
library="$build/libexecutorch_jni.so"
python3 "$here/host/unversion.py" "$tools/libexecutorch-x86_64.so" "$library"

gcc -shared -fPIC -O1 -o "$build/libc.so" "$here/host/bionic.c"
# The library asks for these three by name; what they hold in Android is in bionic.c and in glibc.
for name in m dl log; do
  gcc -shared -x c /dev/null -o "$build/lib$name.so" -Wl,--no-as-needed -lm
done
nm -D --undefined-only "$library" | awk '/facebook3jni/ { print "void " $2 "(void) { __builtin_trap(); }" }' \
  > "$build/fbjni.c"
gcc -shared -fPIC -o "$build/libfbjni.so" "$build/fbjni.c"

g++ -std=c++17 -O1 -fno-exceptions -fno-rtti -nostdinc++ -isystem "$tools/include/c++" \
  -D_LIBCPP_ABI_NAMESPACE=__ndk1 -D_LIBCPP_DISABLE_VISIBILITY_ANNOTATIONS \
  -DC10_USING_CUSTOM_GENERATED_MACROS -isystem "$tools/include" \
  -isystem "$tools/include/executorch/runtime/core/portable_type/c10" \
  "$here/host/run_model.cpp" -o "$build/run_model" "$library" \
  -nodefaultlibs -lc -lgcc -Wl,--unresolved-symbols=ignore-in-shared-libs

# What bionic.c defines has to be found before glibc.
cat > "$build/run" <<END
#!/bin/sh
LD_LIBRARY_PATH="$build" LD_PRELOAD="$build/libc.so" exec "$build/run_model" "\$@"
END
chmod +x "$build/run"
echo "$build/run"
