#!/usr/bin/env bash
# Builds the release: the server, the browser's bundle and the style sheet.
#
# The target directory is shared with other checkouts, which would overwrite the program under the same name.
# So what is built is put aside at once, under the same lock: `.local/bin/server` with its hash.txt (it looks
# for the file names of the bundle there, beside itself), and the files it serves in `.local/site`.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

# replace FROM TO: TO becomes a copy of FROM without ever being half there: a server may be using it.
replace() {
  rm -rf "$2.new" "$2.old"
  cp -R "$1" "$2.new"
  if [[ -e $2 ]]; then mv "$2" "$2.old"; fi
  mv "$2.new" "$2"
  rm -rf "$2.old"
}

build() {
  cd "$ROOT"
  # The site's own options only: a person's LEPTOS_SITE_ADDR is for the server that runs later.
  env -u LEPTOS_SITE_ADDR -u LEPTOS_SITE_ROOT cargo leptos build --release --precompress
  mkdir -p "$LOCAL/bin"
  replace "$CARGO_TARGET_DIR/release/server" "$LOCAL/bin/server"
  replace "$CARGO_TARGET_DIR/release/hash.txt" "$LOCAL/bin/hash.txt"
  replace "$ROOT/target/site" "$LOCAL/site"
}

say "Building the release (a few seconds when nothing changed, about 5 minutes from nothing on two cores)"
with_lock "$CARGO_TARGET_DIR/parlance-build.lock" build
