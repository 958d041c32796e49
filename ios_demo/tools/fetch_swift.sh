#!/usr/bin/env bash
# Fetches what check_core.sh needs where there is no Swift 6: Debian 13's package swiftlang with all it
# depends on, unpacked into a root of its own (540 MB to fetch, 2.5 GB on the disk), because it needs
# a newer C library than older systems have. Nothing is installed; all of it goes to .cache/swift,
# which git ignores. The packages come from the mirror that this machine's own apt uses, and apt
# verifies them by Debian's signatures.
set -euo pipefail

SUITE=trixie
PACKAGES=(swiftlang libc6-dev libstdc++-14-dev)
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

tools="$(cd "$(dirname "$0")" && pwd)"
cache="$(cd "$(dirname "$0")/../.." && pwd)/.cache/swift"

refuse() {
  echo "Swift cannot be fetched: $1" >&2
  exit 1
}

if bash "$tools/has_swift.sh" || [ -d "$cache/root" ]; then exit 0; fi
command -v apt-get > /dev/null || refuse "apt-get is missing; install Swift 6 from swift.org"
[ -e "$KEYRING" ] || refuse "$KEYRING is missing; apt-get install debian-archive-keyring"

mkdir -p "$cache"
exec 9> "$cache/.lock"
flock 9
[ ! -d "$cache/root" ] || exit 0  # another process fetched it meanwhile
rm -rf "$cache"/.fetching.*  # of fetches that were killed
work="$(mktemp -d "$cache/.fetching.XXXXXX")"
trap 'rm -rf "$work"' EXIT

# An apt of its own: its own lists and cache, and no package installed yet.
apt() {
  apt-get -q \
    -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::State="$work/state" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" \
    -o APT::Sandbox::User="$(id -un)" -o APT::Install-Recommends=false \
    "$@" >> "$work/apt.log" 2>&1 || {
    tail -n 5 "$work/apt.log" >&2
    refuse "apt-get failed, see above"
  }
}

# The mirror that this machine's own release comes from.
release="$(. /etc/os-release && echo "$VERSION_CODENAME")"
mirror="$(apt-get update --print-uris | sed -n "s|^'\(.*\)/dists/$release/.*|\1|p" | head -n 1)"
[ -n "$mirror" ] || refuse "this machine's apt has no source of its release $release"
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial"
echo "deb [signed-by=$KEYRING] $mirror $SUITE main" > "$work/sources.list"
touch "$work/status"
apt update
apt install --yes --download-only "${PACKAGES[@]}"

# What Debian's base package would link, had it been installed.
mkdir -p "$work/root/usr"/{bin,sbin,lib,lib64} "$work/root"/{dev,proc,tmp,project,scratch,fixtures}
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$work/root/$folder"; done
for package in "$work"/cache/archives/*.deb; do dpkg-deb --extract "$package" "$work/root"; done
[ -x "$work/root/usr/libexec/swift/bin/swift" ] || refuse "swiftlang holds no usr/libexec/swift/bin/swift"
mv "$work/root" "$cache/root"
