#!/usr/bin/env bash
# Makes sure that the browser tests have a browser and Chinese letters; installs them where it may.
set -euo pipefail

if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then
  have_browser=yes
fi
if [ "$(uname)" = Darwin ]; then
  .venv/bin/python -m playwright install chromium
  exit 0
fi
if fc-list :lang=zh 2>/dev/null | grep -q .; then
  have_letters=yes
fi
if [ "${have_browser:-}" = yes ] && [ "${have_letters:-}" = yes ]; then
  exit 0
fi
command='apt-get update && apt-get install -y chromium fonts-noto-cjk fontconfig'
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  bash -c "$command" >"$log" 2>&1 || { cat "$log"; exit 1; }
else
  echo "The browser tests need Chromium and a Chinese font. Type: sudo bash -c '$command'" >&2
  exit 1
fi
