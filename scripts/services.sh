#!/usr/bin/env bash
# make services: what the site needs beside itself, left running, for a server started by hand.
# `scripts/services.sh stop` ends it.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"

if [[ ${1:-start} == stop ]]; then
  scripts/postgres.sh stop dev
  rm -f "$LOCAL/env"
  exit
fi

scripts/setup.sh run
scripts/postgres.sh start dev
umask 077
{
  printf '# Written by make services. Holds a password: keep it private.\n'
  printf 'export DATABASE_URL=%q\n' "$(scripts/postgres.sh url dev)"
  # shellcheck disable=SC2016 # expanded by the shell that reads the file
  printf 'export PATH=%q:"$PATH"\n' "$ROOT/node_modules/.bin:$CACHE/tools/bin"
} >"$LOCAL/env"
scripts/postgres.sh status dev
say "Now, in this shell:  source .local/env && cargo leptos watch"
note "'make services-stop' ends the services."
