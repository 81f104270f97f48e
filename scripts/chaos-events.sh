#!/usr/bin/env bash
# make chaos-events: people give commands to the release build (scripts/build.sh) while the broker is killed and
# restarted three times and the server is killed twice, and then what the topics hold and what has come of it is
# compared with what was committed: see server/tests/process/events.rs. Argument: how many commands, 10,000 when
# not given, which takes a few minutes. The figures go to .local/chaos-events.json.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"

[[ -x $LOCAL/bin/server ]] || die "There is no server in .local/bin: run scripts/build.sh first."
scripts/setup.sh test
started=()
finish() {
  for service in "${started[@]}"; do
    "scripts/$service.sh" stop test
  done
}
trap finish EXIT
for service in postgres kafka; do
  if ! "scripts/$service.sh" status test 2>/dev/null; then
    started+=("$service")
    "scripts/$service.sh" start test
  fi
done
DATABASE_URL=$(scripts/postgres.sh url test)
KAFKA_TEST_BROKERS=$(scripts/kafka.sh url test)
export DATABASE_URL KAFKA_TEST_BROKERS
export EVENTS_COMMANDS=${1:-10000} EVENTS_JSON=$LOCAL/chaos-events.json
say "Giving $EVENTS_COMMANDS commands while the broker and the server are killed"
CHAOS_SERVER=$LOCAL/bin/server cargo test --locked --package server --test process -- \
  --exact events::killed_brokers_and_servers_lose_double_and_reorder_nothing --nocapture
say "The figures are in .local/chaos-events.json: $(cat "$EVENTS_JSON")"
