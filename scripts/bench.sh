#!/usr/bin/env bash
# Measures the release build (scripts/build.sh) as bench/README.md explains: on a Postgres of its own whose
# commits are durable, with the demo model as its provider. Arguments go to the benchmark:
# `scripts/bench.sh --only first-token`, `scripts/bench.sh --quick`, `scripts/bench.sh --help`.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"

# BENCH_SERVER, BENCH_SITE and BENCH_UPSTREAM name another build to measure, or another upstream.
BENCH_SERVER=${BENCH_SERVER:-$LOCAL/bin/server}
BENCH_SITE=${BENCH_SITE:-$LOCAL/site}
BENCH_UPSTREAM=${BENCH_UPSTREAM:-$BENCH_SERVER}
BENCH_OUT=$LOCAL/bench

# The benchmark's own processes end with it: it is sent the signal, and waited for.
bench=''
finish() {
  local status=$?
  trap '' INT TERM HUP
  trap - EXIT
  if [[ -n $bench ]]; then
    kill -TERM "$bench" 2>/dev/null || true
    wait "$bench" 2>/dev/null || true
  fi
  scripts/kafka.sh stop bench || true
  scripts/postgres.sh stop bench || true
  exit "$status"
}

build_bench() {
  cargo build --release --locked --quiet --package bench
  mkdir -p "$LOCAL/bin"
  rm -f "$LOCAL/bin/bench"
  cp "$CARGO_TARGET_DIR/release/bench" "$LOCAL/bin/bench"
}

# export_connection URL: as psql reads it from the environment.
export_connection() {
  local rest=${1#postgres://}
  local login=${rest%@*} place=${rest#*@}
  local address=${place%/*}
  export PGUSER=${login%%:*} PGPASSWORD=${login#*:} PGHOST=${address%:*} PGPORT=${address#*:} PGDATABASE=${place#*/}
}

revision() {
  local at
  at=$(git rev-parse --short=12 HEAD 2>/dev/null) || at=unknown
  git diff --quiet HEAD 2>/dev/null || at+=' and changes'
  printf '%s\n' "$at"
}

[[ -x $BENCH_SERVER ]] || scripts/build.sh
say "Building the benchmark (a second, the first time 1 minute)"
with_lock "$CARGO_TARGET_DIR/parlance-build.lock" build_bench
mkdir -p "$BENCH_OUT"
rm -f "$BENCH_OUT"/*.log

# A reader is a file descriptor here and another one in the server: 10,000 of them, and room for the rest.
limit=$(ulimit -Hn)
if [[ $limit != unlimited ]] && ((limit < 12000)); then
  note "This shell may open only $limit files: idle-readers will fail."
fi
ulimit -Sn "$limit" || true

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
scripts/postgres.sh stop bench # what an earlier run that was killed has left
scripts/postgres.sh start bench
DATABASE_URL=$(scripts/postgres.sh url bench)
BENCH_POSTMASTER=$(scripts/postgres.sh pid bench)
BENCH_REVISION=$(revision)
export DATABASE_URL BENCH_SERVER BENCH_SITE BENCH_UPSTREAM BENCH_OUT BENCH_POSTMASTER BENCH_REVISION
export_connection "$DATABASE_URL"
say "Measuring (about 20 minutes for all lines; the machine should do nothing else)"
"$LOCAL/bin/bench" "$@" </dev/null &
bench=$!
wait "$bench"
bench=''
say "The same as data: ${BENCH_OUT#"$ROOT"/}/latest.json"
