#!/usr/bin/env bash
# Runs a command of the Swift toolchain: the one in the PATH if that is version 6 or newer, or the one
# that fetch_swift.sh fetched.
#
#   swift.sh REPOSITORY SCRATCH swift|swiftc|... [ARGUMENT...]
#
# In the arguments, /project stands for the repository (to be read), /scratch for a folder to write
# to, /fixtures for $EDGEBERT_FIXTURES. A fetched toolchain runs in its own root: in a mount
# namespace of its own, so whatever is mounted is gone with the process, however that ends.
set -euo pipefail

MISSING=77
tools="$(cd "$(dirname "$0")" && pwd)"
repository="$(cd "$1" && pwd)"
scratch="$(cd "$2" && pwd)"
shift 2

if bash "$tools/has_swift.sh"; then
  arguments=()
  for argument in "$@"; do
    case "$argument" in
      /project*) arguments+=("$repository${argument#/project}") ;;
      /scratch*) arguments+=("$scratch${argument#/scratch}") ;;
      *) arguments+=("$argument") ;;
    esac
  done
  exec "${arguments[@]}"
fi

export ROOT="$repository/.cache/swift/root" REPOSITORY="$repository" SCRATCH="$scratch"
if [ ! -d "$ROOT" ]; then
  echo "Swift 6 is missing: install Swift 6, or run ios_demo/tools/fetch_swift.sh"
  exit $MISSING
fi
namespace=(unshare --mount)
[ "$(id -u)" = 0 ] || namespace+=(--map-root-user)
if ! "${namespace[@]}" true 2> /dev/null; then
  echo "the fetched swift cannot run: this machine allows no mount namespace; install Swift 6"
  exit $MISSING
fi
exec "${namespace[@]}" bash -euc '
  mount --rbind /proc "$ROOT/proc"
  mount --rbind /dev "$ROOT/dev"
  mount -t tmpfs tmpfs "$ROOT/tmp"
  mount --bind "$REPOSITORY" "$ROOT/project"
  mount --bind "$SCRATCH" "$ROOT/scratch"
  fixtures=
  if [ -n "${EDGEBERT_FIXTURES:-}" ]; then
    mount --bind "$EDGEBERT_FIXTURES" "$ROOT/fixtures"
    fixtures=EDGEBERT_FIXTURES=/fixtures
  fi
  exec env -i HOME=/tmp LANG=C.UTF-8 $fixtures PATH=/usr/libexec/swift/bin:/usr/bin \
    "$(command -v unshare)" --root="$ROOT" --wd=/project "$@"
' bash "$@"
