#!/usr/bin/env bash
# The browser's bundle stays small and holds nothing of the server: at most 200 KB of wasm (brotli), and not
# a byte of database or provider code. Run scripts/build.sh first.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"

limit_kb=200
server_crates='sqlx|tokio[-_]postgres|postgres|async[-_]openai|reqwest|hyper|argon2|rustls|tower[-_]sessions|axum'

# First by construction: these crates are not among what the bundle is compiled from.
check_dependencies() {
  local tree
  tree=$(cargo tree --quiet --package frontend --target wasm32-unknown-unknown --edges normal --prefix none --format '{p}') ||
    die "cargo tree failed; the reason is above."
  if grep --extended-regexp --ignore-case "^($server_crates)[-_a-z0-9]* " <<<"$tree" >&2; then
    die "The bundle is compiled from server crates (above): put them behind cfg(not(target_family = \"wasm\"))."
  fi
}

# Then in the product: panic locations and messages would carry their names.
check_strings() {
  local found
  found=$(grep --text --only-matching --extended-regexp "[ -~]{0,40}(sqlx|tokio_postgres|postgres|async[-_]openai|reqwest|argon2)[ -~]{0,40}" "$1" | head -n 5) || true
  [[ -z $found ]] || die "The wasm names server code: $found"
}

check_size() {
  node scripts/lib/sizes.js "$LOCAL/site" >&2
  local kb
  kb=$(node scripts/lib/sizes.js "$LOCAL/site" .wasm)
  ((kb <= limit_kb)) || die "The wasm is $kb KB after brotli; the limit is $limit_kb KB."
  say "wasm: $kb KB after brotli (limit $limit_kb KB), nothing of the server in it"
}

mapfile -t bundles < <(find "$LOCAL/site" -name '*.wasm' 2>/dev/null)
((${#bundles[@]} > 0)) || die "There is no bundle in .local/site: run scripts/build.sh first."
check_dependencies
for bundle in "${bundles[@]}"; do
  check_strings "$bundle"
done
check_size
