#!/usr/bin/env bash
# Clippy with warnings denied, for the server and for the browser (a separate call each, or cargo would unify
# the features `ssr` and `hydrate`), then shellcheck where it is installed.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"

lint_scripts() {
  local files
  mapfile -t files < <(find scripts .ci -type f \( -name '*.sh' -o -name run \) | sort)
  shellcheck --external-sources "${files[@]}"
}

step 'clippy, server side' '1 minute, the first time 5 minutes' \
  cargo clippy --locked --workspace --exclude frontend --all-targets -- -D warnings
step 'clippy, browser side' '30 seconds, the first time 2 minutes' \
  cargo clippy --locked --package frontend --target wasm32-unknown-unknown -- -D warnings
if have shellcheck; then
  step 'shellcheck' '5 seconds' lint_scripts
else
  note "shellcheck is not installed: the scripts were not checked"
fi
