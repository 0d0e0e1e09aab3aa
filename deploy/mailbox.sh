#!/usr/bin/env bash
# Makes sure that the tests of incoming mail have a real IMAP server; installs it where it may.
set -euo pipefail

if command -v dovecot >/dev/null || [ -x /usr/sbin/dovecot ]; then
  exit 0
fi
if [ "$(uname)" = Darwin ]; then
  echo "The tests of incoming mail need Dovecot. Type: brew install dovecot" >&2
  exit 1
fi
command='apt-get update && apt-get install -y --no-install-recommends dovecot-imapd'
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  # A machine without an init system cannot start the service, nor need it: only the program counts.
  bash -c "$command" >"$log" 2>&1 || [ -x /usr/sbin/dovecot ] || { cat "$log"; exit 1; }
else
  echo "The tests of incoming mail need Dovecot. Type: sudo bash -c '$command'" >&2
  exit 1
fi
