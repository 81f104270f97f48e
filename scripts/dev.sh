#!/usr/bin/env bash
# make dev: the services, and `cargo leptos watch`, which rebuilds and reloads when a file changes.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/lib/foreground.sh
source "$ROOT/scripts/lib/foreground.sh"
own_interrupt "$@"
cd "$ROOT"

address=${LEPTOS_SITE_ADDR:-127.0.0.1:3000}
refuse_busy_port "$address" dev
scripts/setup.sh run

release_at_exit
hold_services
# Without a key of Stripe's, payments are played: everything can be tried, and no money moves.
[[ -n ${STRIPE_SECRET_KEY:-} ]] || export STRIPE_SANDBOX=${STRIPE_SANDBOX:-$LOCAL/stripe-sandbox.json}
# In this checkout's own target directory: `watch` starts the program straight from there, and a plain
# `cargo leptos watch` shares its work.
export CARGO_TARGET_DIR=$ROOT/target
# A reload does not wait for answers being written.
export SHUTDOWN_GRACE_SECONDS=${SHUTDOWN_GRACE_SECONDS:-0}
say "Watching at $(site_url "$address") once the first build is done (about 3 minutes from nothing, seconds later)"
launch_child cargo-leptos leptos watch
follow_child
