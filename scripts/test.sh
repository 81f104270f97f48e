#!/usr/bin/env bash
# make test: all set-up, then every test there is. The durations are those of a machine with two cores and
# the dependencies already compiled; the first time adds about 10 minutes of compiling.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"

step 'set-up' 'a second, the first time about 10 minutes' scripts/setup.sh test

started_postgres='' started_broker=''
stop_services() {
  [[ -z $started_broker ]] || scripts/kafka.sh stop test
  [[ -z $started_postgres ]] || scripts/postgres.sh stop test
}
trap stop_services EXIT
if ! scripts/postgres.sh status test 2>/dev/null; then
  step 'test Postgres' '2 seconds' scripts/postgres.sh start test
  started_postgres=yes
fi
DATABASE_URL=$(scripts/postgres.sh url test)
export DATABASE_URL
if ! scripts/kafka.sh status test 2>/dev/null; then
  step 'test broker' '10 seconds' scripts/kafka.sh start test
  started_broker=yes
fi
KAFKA_TEST_BROKERS=$(scripts/kafka.sh url test)
KAFKA_TEST_PRIVATE=$(scripts/kafka.sh private test)
export KAFKA_TEST_BROKERS KAFKA_TEST_PRIVATE

step 'documents' '10 seconds' scripts/check-docs.sh
step 'alerts' '2 seconds' scripts/check-alerts.sh
step 'offline query data' '15 seconds, the first time 2 minutes' scripts/sqlx.sh check
step 'Rust tests' '2 minutes, the first time 6 minutes' cargo test --workspace --exclude frontend
unset DATABASE_URL
step 'release build' '1 minute, the first time 5 minutes' scripts/build.sh
step 'bundle' '5 seconds' scripts/check-bundle.sh
step 'browser tests' '18 minutes' scripts/e2e.sh
say "All tests passed, in $SECONDS s"
