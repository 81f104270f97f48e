#!/usr/bin/env bash
# make run: everything from a fresh machine to the release build answering at http://127.0.0.1:3000.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/lib/foreground.sh
source "$ROOT/scripts/lib/foreground.sh"
own_interrupt "$@"
cd "$ROOT"

export LEPTOS_SITE_ADDR=${LEPTOS_SITE_ADDR:-127.0.0.1:3000}
refuse_busy_port "$LEPTOS_SITE_ADDR" run
scripts/setup.sh run
scripts/build.sh

release_at_exit
hold_services
# Without a key of Stripe's, payments are played: everything can be tried, and no money moves.
[[ -n ${STRIPE_SECRET_KEY:-} ]] || export STRIPE_SANDBOX=${STRIPE_SANDBOX:-$LOCAL/stripe-sandbox.json}
# Within the patience of stop_child.
export SHUTDOWN_GRACE_SECONDS=${SHUTDOWN_GRACE_SECONDS:-10}
say "Starting the server"
LEPTOS_SITE_ROOT=$LOCAL/site launch_child "$LOCAL/bin/server" serve
url=$(site_url "$LEPTOS_SITE_ADDR")
if ! wait_ready "$url/health/ready" 60 "$_child"; then
  kill -0 "$_child" 2>/dev/null || follow_child
  die "The server did not become ready within a minute; its log is above."
fi
printf '\n    Parlance is ready:  %s\n    Ctrl-C stops it.\n\n' "$url"
follow_child
