# shellcheck shell=bash
# The Postgres server programs. scripts/postgres.sh runs private clusters with them.

# shellcheck source=scripts/lib/postgres-bin.sh
source "$ROOT/scripts/lib/postgres-bin.sh"

setup_postgres() {
  postgres_bin >/dev/null && return
  say "Installing Postgres (about 1 minute, once)"
  apt_install postgresql postgresql-client || true
  postgres_bin >/dev/null ||
    die "The Postgres server programs (initdb, pg_ctl, psql; version 14 or newer) are missing and could not be" \
      "installed without a question: install your system's 'postgresql' package, or name their folder in PG_BIN."
}
