# shellcheck shell=bash
# One private Postgres cluster: where it lives, whether it runs, starting and stopping it.
#
# Its folder holds data/, log, port and password, and belongs to the user who runs Postgres. That is whoever
# calls; but Postgres refuses to run as root, so for root it is the system's `postgres` user.

# find_cluster WHICH: sets PG (the programs), CLUSTER (the folder), AS (how to become its user), OWNER.
find_cluster() {
  PG=$(postgres_bin) || die "Postgres is not installed: run scripts/setup.sh first."
  CLUSTER=$LOCAL/postgres-$1
  AS=()
  OWNER=$(id -un)
  umask 077
  (umask 022 && mkdir -p "$LOCAL")
  if ((EUID != 0)); then
    match_data
    return
  fi
  OWNER=postgres
  id "$OWNER" >/dev/null 2>&1 ||
    die "Postgres does not run as root, and there is no 'postgres' user: run this as another user."
  AS=(runuser -u "$OWNER" --)
  # A checkout under a private folder (/root, for one) cannot be reached by that user: then the data goes
  # to a private folder that can, named by the checkout's path, and a pointer to it stays in .local.
  if ! "${AS[@]}" test -x "$LOCAL"; then
    CLUSTER=/var/tmp/parlance-$(printf '%s' "$ROOT" | sha256sum | cut -c 1-16)-$1
    printf '%s\n' "$CLUSTER" >"$LOCAL/postgres-$1.location"
  fi
  match_data
}

# match_data: with data of an older Postgres there, and that version still installed, uses that version.
match_data() {
  local major
  major=$(cat "$CLUSTER/data/PG_VERSION" 2>/dev/null) || return 0
  if [[ -z ${PG_BIN:-} && -x /usr/lib/postgresql/$major/bin/pg_ctl ]]; then
    PG=/usr/lib/postgresql/$major/bin
  fi
}

make_cluster_folder() {
  if [[ ! -d $CLUSTER ]]; then
    mkdir -m 700 "$CLUSTER"
    chown "$OWNER" "$CLUSTER"
  fi
  [[ ! -L $CLUSTER && $(stat -c %U "$CLUSTER" 2>/dev/null || stat -f %Su "$CLUSTER") == "$OWNER" ]] ||
    die "$CLUSTER does not belong to $OWNER: remove it, or run as the user it belongs to."
}

# postmaster: prints the process id of our running server. After a crash the file can name a process that has
# ended, or one of somebody else's with the same number: ours was started with our data folder.
postmaster() {
  local pid
  pid=$(head -n 1 "$CLUSTER/data/postmaster.pid" 2>/dev/null) || return 1
  [[ $pid =~ ^[0-9]+$ ]] && ps -o args= -p "$pid" 2>/dev/null | grep --quiet --fixed-strings -- "-D $CLUSTER/data" &&
    printf '%s\n' "$pid"
}

cluster_port() { cat "$CLUSTER/port"; }

# sql DATABASE ARGS...: psql as the cluster's owner. The password travels in the environment, not in the
# arguments, which every user of the machine can list.
sql() {
  local database=$1
  shift
  PGPASSWORD=$(cat "$CLUSTER/password") PGCONNECT_TIMEOUT=5 "$PG/psql" --no-psqlrc --quiet --tuples-only --no-align \
    --set ON_ERROR_STOP=1 --host 127.0.0.1 --port "$(cluster_port)" --username parlance --dbname "$database" "$@"
}

cluster_is_up() { postmaster >/dev/null && sql postgres --command 'select 1' >/dev/null 2>&1; }

cluster_url() {
  printf 'postgres://parlance:%s@127.0.0.1:%s/parlance\n' "$(cat "$CLUSTER/password")" "$(cluster_port)"
}

cluster_status() {
  if cluster_is_up; then
    say "The $1 Postgres runs on 127.0.0.1:$(cluster_port), data in $CLUSTER"
  else
    say "The $1 Postgres is not running"
    return 1
  fi
}

# as_owner_write FILE: standard input into a file of the cluster's owner, mode 600.
as_owner_write() {
  cat >"$1"
  chmod 600 "$1"
  chown "$OWNER" "$1"
}

init_cluster() {
  rm -rf "$CLUSTER/data" "$CLUSTER/data.new"
  # 256 random bits, in characters that need no escaping in a URL.
  head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' | as_owner_write "$CLUSTER/password"
  (cd / && "${AS[@]}" "$PG/initdb" --pgdata "$CLUSTER/data.new" --username parlance --pwfile "$CLUSTER/password" \
    --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8 --no-sync --no-instructions) >/dev/null ||
    die "initdb failed; the reason is above."
  mv "$CLUSTER/data.new" "$CLUSTER/data" # so that a broken-off initdb is never taken for a database
}

# write_settings WHICH: no Unix socket at all, so nothing of it can be reached but by port and password.
write_settings() {
  {
    printf "listen_addresses = '127.0.0.1'\nport = %s\nunix_socket_directories = ''\n" "$(cluster_port)"
    printf "timezone = 'UTC'\nlog_timezone = 'UTC'\n"
    # A machine that only serves has Postgres' own default at least; where less is there, a question that throws a
    # changed page out of it first waits for the log to be on the disk.
    if [[ $1 == bench ]]; then printf 'shared_buffers = 256MB\n'; else printf 'shared_buffers = 32MB\n'; fi
    if [[ $1 == test ]]; then
      # Thrown away after use, so it need not survive a power cut.
      printf 'fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_connections = 200\n'
    fi
  } | as_owner_write "$CLUSTER/data/parlance.conf"
  grep --quiet --line-regexp "include 'parlance.conf'" "$CLUSTER/data/postgresql.conf" ||
    printf "include 'parlance.conf'\n" >>"$CLUSTER/data/postgresql.conf"
}

# choose_port: the remembered one while it is free.
choose_port() {
  if [[ ! -s $CLUSTER/port ]] || port_open 127.0.0.1 "$(cluster_port)"; then
    free_port | as_owner_write "$CLUSTER/port"
  fi
}

# launch WHICH: several tries, because a port can be lost to another process between choosing and listening,
# and because after a crash the old server's last processes need a moment to go.
launch() {
  local try
  for try in 1 2 3 4 5; do
    choose_port
    write_settings "$1"
    # Not ours (see `postmaster`), so nobody's: Postgres itself would take a living process for its server.
    rm -f "$CLUSTER/data/postmaster.pid"
    if (cd / && "${AS[@]}" "$PG/pg_ctl" start --silent --wait --timeout 60 --pgdata "$CLUSTER/data" \
      --log "$CLUSTER/log") </dev/null >/dev/null 2>&1 9>&-; then
      return
    fi
    sleep "$try"
  done
  tail -n 15 "$CLUSTER/log" >&2
  die "The $1 Postgres did not start; the end of its log is above."
}

start_cluster() {
  if ! cluster_is_up; then
    make_cluster_folder
    if postmaster >/dev/null; then # it runs and does not answer
      stop_cluster "$1"
    fi
    if [[ $1 != dev || ! -s $CLUSTER/data/PG_VERSION || ! -s $CLUSTER/password ]]; then
      [[ $1 != dev || ! -e $CLUSTER/data ]] ||
        die "$CLUSTER is not a complete Postgres folder. If nothing in it is needed, remove it."
      say "Creating the $1 Postgres (about 2 seconds)"
      init_cluster
    elif [[ $(cat "$CLUSTER/data/PG_VERSION") != $("$PG/postgres" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/') ]]; then
      die "$CLUSTER holds data of Postgres $(cat "$CLUSTER/data/PG_VERSION"): name that version's programs in PG_BIN, or dump and restore it."
    fi
    launch "$1"
  fi
  [[ $(sql postgres --command "select count(*) from pg_database where datname = 'parlance'") == 1 ]] ||
    sql postgres --command 'create database parlance'
  if [[ $1 == dev ]]; then
    cluster_url >"$LOCAL/database-url.new"
    mv "$LOCAL/database-url.new" "$LOCAL/database-url"
  fi
}

stop_cluster() {
  if [[ $1 == dev ]]; then
    rm -f "$LOCAL/database-url"
  fi
  postmaster >/dev/null || return 0
  (cd / && "${AS[@]}" "$PG/pg_ctl" stop --silent --wait --mode fast --timeout 60 --pgdata "$CLUSTER/data") >/dev/null 9>&- ||
    die "The $1 Postgres did not stop within a minute."
}
