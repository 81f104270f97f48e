#!/usr/bin/env bash
# make chaos: kills the release build (scripts/build.sh) again and again under many streams, and checks what
# is stored: see server/tests/process/chaos.rs. Argument: how many rounds, 200 when not given; a round takes
# about 6 seconds. CHAOS_STREAMS says under how many streams (50). The figures go to .local/chaos.json.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"

[[ -x $LOCAL/bin/server ]] || die "There is no server in .local/bin: run scripts/build.sh first."
scripts/setup.sh test
if ! scripts/postgres.sh status test 2>/dev/null; then
  trap 'scripts/postgres.sh stop test' EXIT
  scripts/postgres.sh start test
fi
DATABASE_URL=$(scripts/postgres.sh url test)
export DATABASE_URL
export CHAOS_ROUNDS=${1:-200} CHAOS_STREAMS=${CHAOS_STREAMS:-50} CHAOS_JSON=$LOCAL/chaos.json
say "Killing the server $CHAOS_ROUNDS times under $CHAOS_STREAMS streams"
CHAOS_SERVER=$LOCAL/bin/server cargo test --locked --package server --test process chaos -- --nocapture
say "The figures are in .local/chaos.json"
