# shellcheck shell=bash
# A database of one's own on the test Postgres, for one run of a script.

SCRATCH_URL=''
_scratch_started=''

# scratch_database PREFIX: creates it and sets SCRATCH_URL. Starts the test Postgres when it is not running.
scratch_database() {
  if ! "$ROOT/scripts/postgres.sh" status test 2>/dev/null; then
    _scratch_started=yes
    "$ROOT/scripts/postgres.sh" start test
  fi
  local base
  base=$("$ROOT/scripts/postgres.sh" url test)
  _scratch_name=${1}_$$
  _scratch_server=${base%/*}
  scratch_psql postgres --command "create database $_scratch_name"
  SCRATCH_URL=$_scratch_server/$_scratch_name
}

# drop_scratch_database: at the end, whether or not it was made.
drop_scratch_database() {
  if [[ -n $SCRATCH_URL ]]; then
    scratch_psql postgres --command "drop database if exists $_scratch_name with (force)" || true
    SCRATCH_URL=''
  fi
  if [[ -n $_scratch_started ]]; then
    "$ROOT/scripts/postgres.sh" stop test || true
    _scratch_started=''
  fi
}

# scratch_psql DATABASE ARGS...: the password goes by the environment; arguments are visible to all.
scratch_psql() {
  local database=$1 address=${_scratch_server#postgres://}
  shift
  local login=${address%@*} place=${address#*@}
  PGPASSWORD=${login#*:} psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --username "${login%%:*}" --host "${place%:*}" --port "${place#*:}" --dbname "$database" "$@" >/dev/null
}

# migrate_with_psql: the migrations in order, each in one transaction, as sqlx runs them.
migrate_with_psql() {
  local file files=() options
  mapfile -t files < <(find "$ROOT/migrations" -maxdepth 1 -name '*.sql' ! -name '*.down.sql' 2>/dev/null | sort --version-sort)
  for file in "${files[@]}"; do
    options=(--single-transaction)
    [[ $(head -n 1 "$file") == '-- no-transaction'* ]] && options=()
    PGOPTIONS='-c client_min_messages=warning' scratch_psql "$_scratch_name" "${options[@]}" --file "$file" ||
      die "The migration ${file#"$ROOT"/} failed; the reason is above."
  done
}
