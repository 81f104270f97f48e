# shellcheck shell=bash

# postgres_bin: prints the folder of the newest Postgres server programs on this machine. PG_BIN overrides.
postgres_bin() {
  local folder candidates=()
  if [[ -n ${PG_BIN:-} ]]; then
    candidates=("$PG_BIN")
  else
    # Debian keeps the server programs off the PATH, one folder a version: the newest first.
    mapfile -t candidates < <(compgen -G '/usr/lib/postgresql/*/bin' | sort --version-sort --reverse)
    have pg_config && candidates+=("$(pg_config --bindir 2>/dev/null || true)")
    have pg_ctl && candidates+=("$(dirname "$(command -v pg_ctl)")")
    mapfile -t -O "${#candidates[@]}" candidates < <(compgen -G '/usr/pgsql-*/bin' | sort --version-sort --reverse)
  fi
  for folder in "${candidates[@]}"; do
    if [[ -x $folder/initdb && -x $folder/pg_ctl && -x $folder/postgres && -x $folder/psql ]]; then
      printf '%s\n' "$folder"
      return
    fi
  done
  return 1
}
