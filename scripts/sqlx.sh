#!/usr/bin/env bash
# The offline data of sqlx's query macros (`.sqlx/`), which lets the workspace compile without a database.
#
#   scripts/sqlx.sh prepare   write it anew
#   scripts/sqlx.sh check     fail when it is not what the sources and migrations give
#
# The macros themselves write it: with a live DATABASE_URL and SQLX_OFFLINE_DIR set, each expanded query is
# described by that database and saved. So this migrates a scratch database and type-checks the crates that
# use the macros, in a target directory of its own, so that the ordinary builds need not start over.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/lib/scratch-database.sh
source "$ROOT/scripts/lib/scratch-database.sh"
cd "$ROOT"

# macro_files: the Rust files that use a query macro.
macro_files() {
  grep --recursive --files-with-matches --include='*.rs' --extended-regexp \
    '\b(sqlx::)?query(_as|_scalar|_file|_file_as|_file_scalar)?(_unchecked)?!' app frontend server || true
}

# package_of FILE: the name of the crate that holds it.
package_of() {
  local folder
  folder=$(dirname "$1")
  until [[ -f $folder/Cargo.toml ]]; do
    folder=$(dirname "$folder")
  done
  sed -n '/^\[package\]/,/^\[/s/^name *= *"\(.*\)"/\1/p' "$folder/Cargo.toml"
}

# describe DIR: fills DIR with the data of every query in the workspace.
describe() {
  local out=$1 file name options=(--lib --bins) packages=() files
  mapfile -t files < <(macro_files)
  ((${#files[@]} > 0)) || return 0
  for file in "${files[@]}"; do
    [[ $file == */tests/* ]] && options=(--all-targets)
    name=$(package_of "$file")
    [[ " ${packages[*]} " == *" $name "* ]] || packages+=("$name")
  done
  note "checking ${packages[*]}"
  with_lock "$CARGO_TARGET_DIR/sqlx/parlance.lock" expand_macros "$out" "${packages[@]/#/--package=}" "${options[@]}"
}

# expand_macros DIR CARGO_ARGS...: without their fingerprints cargo takes the crates for not yet checked.
expand_macros() {
  local out=$1 argument
  shift
  for argument in "$@"; do
    [[ $argument != --package=* ]] || rm -rf "$CARGO_TARGET_DIR/sqlx/debug/.fingerprint/${argument#--package=}"-*
  done
  SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$out DATABASE_URL=$SCRATCH_URL \
    CARGO_TARGET_DIR=$CARGO_TARGET_DIR/sqlx CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0 \
    cargo check --quiet "$@"
}

prepare() {
  rm -rf .sqlx
  mv "$1" .sqlx
  chmod 755 .sqlx
  say "Wrote $(find .sqlx -name 'query-*.json' | wc -l) queries to .sqlx"
}

check() {
  if ! diff --recursive --brief .sqlx "$1" >&2; then
    die "The offline query data is not current: run 'make sqlx' and commit .sqlx."
  fi
  say "The offline data of $(find .sqlx -name 'query-*.json' | wc -l) queries is current"
}

main() {
  case ${1:-} in prepare | check) ;; *) die "usage: scripts/sqlx.sh prepare|check" ;; esac
  local out
  mkdir -p "$LOCAL"
  out=$(mktemp -d "$LOCAL/sqlx.XXXXXX")
  # shellcheck disable=SC2064 # expanded now on purpose
  trap "rm -rf '$out'; drop_scratch_database" EXIT
  scratch_database sqlx
  migrate_with_psql
  describe "$out"
  mkdir -p .sqlx
  "$1" "$out"
}

main "$@"
