#!/usr/bin/env bash
# The Playwright suites against the release build (scripts/build.sh), with its own database and the scripted
# demo model as its provider. Arguments go to Playwright: `scripts/e2e.sh --project=phone chat`.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/lib/scratch-database.sh
source "$ROOT/scripts/lib/scratch-database.sh"
# shellcheck source=scripts/lib/test-tools.sh
source "$ROOT/scripts/lib/test-tools.sh"
cd "$ROOT"

logs=$LOCAL/e2e
pids=()

finish() {
  local status=$? pid
  trap '' INT TERM HUP
  trap - EXIT
  for pid in "${pids[@]}"; do
    kill -TERM "$pid" 2>/dev/null || true
  done
  for pid in "${pids[@]}"; do
    wait "$pid" 2>/dev/null || true
  done
  drop_scratch_database
  if ((status != 0)) && [[ -s $logs/server.log ]]; then
    note "the end of the server's log (all of it: .local/e2e/server.log):"
    tail -n 40 "$logs/server.log" >&2
  fi
  exit "$status"
}

# start_demo_model: sets provider to its address, which it prints once it listens.
start_demo_model() {
  "$LOCAL/bin/server" demo-model --addr 127.0.0.1:0 --faults >"$logs/demo-model.log" 2>&1 &
  pids+=("$!")
  provider=''
  for _ in {1..100}; do
    provider=$(sed -n 's/.*listening on \(http:\/\/[0-9.:]*\).*/\1/p' "$logs/demo-model.log" | head -n 1)
    [[ -n $provider ]] && return
    kill -0 "$!" 2>/dev/null || break
    sleep 0.1
  done
  cat "$logs/demo-model.log" >&2
  die "The demo model did not start."
}

start_server() {
  local port
  port=$(free_port)
  BASE_URL=http://127.0.0.1:$port
  DATABASE_URL=$SCRATCH_URL LEPTOS_SITE_ADDR=127.0.0.1:$port LEPTOS_SITE_ROOT=$LOCAL/site \
    PARLANCE_ENV=development SHUTDOWN_GRACE_SECONDS=0 OPENAI_BASE_URL=$provider/v1 OPENAI_API_KEY=demo OPENAI_MODELS=demo \
    "$LOCAL/bin/server" serve >"$logs/server.log" 2>&1 &
  pids+=("$!")
  wait_ready "$BASE_URL/health/ready" 60 "$!" || die "The server did not become ready."
}

[[ -x $LOCAL/bin/server ]] || die "There is no server in .local/bin: run scripts/build.sh first."
CHROMIUM=$(browser) || die "There is no Chromium: run scripts/setup.sh test."
mkdir -p "$logs"
rm -f "$logs"/*.log
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
scratch_database e2e
start_demo_model
start_server
say "The suites run against $BASE_URL"
export CHROMIUM BASE_URL
export DEMO_MODEL_URL=$provider
export TEST_DATABASE_URL=$SCRATCH_URL
cd end2end
playwright test "$@" </dev/null
