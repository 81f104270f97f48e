#!/usr/bin/env bash
# Checks our requests to Stripe against stripe-mock, which knows Stripe's OpenAPI description.
#
#   scripts/stripe-mock.sh
#
# Takes `stripe-mock` from the PATH, or the program that STRIPE_MOCK_BIN names:
# `go install github.com/stripe/stripe-mock@v0.203.0`. An answer of its own may not be readable as ours, for it
# makes them up; that every request is valid is what is checked.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"

program=${STRIPE_MOCK_BIN:-$(command -v stripe-mock || true)}
[[ -x $program ]] || die "There is no stripe-mock: go install github.com/stripe/stripe-mock@v0.203.0"
port=$(free_port)
"$program" -http-addr "127.0.0.1:$port" >/dev/null 2>&1 &
mock=$!
trap 'kill "$mock" 2>/dev/null || true' EXIT
for _ in {1..100}; do
  port_open 127.0.0.1 "$port" && break
  sleep 0.1
done
STRIPE_MOCK=http://127.0.0.1:$port cargo test -p stripe-client --test stripe_mock -- --nocapture
