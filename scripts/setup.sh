#!/usr/bin/env bash
# Makes this machine able to run (`setup.sh run`) or also to test (`setup.sh test`) Parlance. What is there
# already is skipped, in well under a second altogether, so every make target may call it.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
for part in lib/apt setup/wasm-target setup/wasm-from-source setup/cargo-tools setup/node setup/postgres setup/kafka setup/prometheus setup/test-tools; do
  # shellcheck source=/dev/null
  source "$ROOT/scripts/$part.sh"
done

basics() {
  have cargo || die "Rust is missing: install it with rustup (https://rustup.rs), then run this again."
  local missing=() tool
  for tool in curl cc tar; do
    have "$tool" || missing+=("$tool")
  done
  ((${#missing[@]} == 0)) && return
  say "Installing ${missing[*]} (about 1 minute, once)"
  apt_install curl ca-certificates gcc libc6-dev tar xz-utils ||
    die "Please install: ${missing[*]} (a C compiler is needed to link Rust programs)."
}

main() {
  case ${1:-run} in run | test) ;; *) die "usage: scripts/setup.sh [run|test]" ;; esac
  basics
  setup_wasm_target
  setup_cargo_tools
  setup_node
  setup_postgres
  setup_rdkafka
  if [[ ${1:-run} == test ]]; then
    setup_browser
    setup_diagrams
    setup_broker
    setup_mail_server
    setup_prometheus
  fi
}

# One installation at a time on this machine: the tools are shared by all checkouts.
with_lock "$CACHE/setup.lock" main "$@"
