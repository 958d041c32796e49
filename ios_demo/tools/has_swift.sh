#!/usr/bin/env bash
# Whether the PATH has Swift 6 or newer; another program of that name (OpenStack's, for example) is none.
set -euo pipefail

command -v swift > /dev/null || exit 1
version="$(swift --version 2> /dev/null | sed -n 's/.*Swift version \([0-9]*\).*/\1/p' | head -n 1)"
[ "${version:-0}" -ge 6 ]
