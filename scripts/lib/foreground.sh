# shellcheck shell=bash
# A program in the foreground, with the services it needs, all of which end together.

# A shell that was itself started in the background of a script has Ctrl-C switched off for good; starting
# anew with the default gives it back.
own_interrupt() {
  if [[ -z ${PARLANCE_INTERRUPT:-} ]] && env --default-signal=INT true 2>/dev/null; then
    PARLANCE_INTERRUPT=own exec env --default-signal=INT bash "$0" "$@"
  fi
}

_child=''
_started_postgres=''

# hold_services: the dev Postgres, unless DATABASE_URL names another database. Remembers whether this run
# started it: only then it is stopped at the end.
hold_services() {
  [[ -z ${DATABASE_URL:-} ]] || return 0
  if ! "$ROOT/scripts/postgres.sh" status dev 2>/dev/null; then
    say "Starting the private Postgres (a second or two)"
    _started_postgres=yes
    "$ROOT/scripts/postgres.sh" start dev
  fi
  DATABASE_URL=$("$ROOT/scripts/postgres.sh" url dev)
  export DATABASE_URL
}

# stop_child: asks the program to end, gives it 15 seconds to finish its requests, then insists.
stop_child() {
  [[ -n $_child ]] || return 0
  kill -TERM "$_child" 2>/dev/null || true
  for _ in {1..150}; do
    kill -0 "$_child" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$_child" 2>/dev/null || true
  wait "$_child" 2>/dev/null || true
  _child=''
}

release_everything() {
  trap '' INT TERM HUP # once is enough
  trap - EXIT
  stop_child
  if [[ -n $_started_postgres ]]; then
    "$ROOT/scripts/postgres.sh" stop dev || true
  fi
  say "Stopped."
}

# release_at_exit: call before the first thing is started.
release_at_exit() {
  trap release_everything EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
}

# launch_child COMMAND...: starts it in this process group; `_child` is its id.
launch_child() {
  "$@" &
  _child=$!
}

# follow_child: waits for it, and ends as it ends.
follow_child() {
  local status=0
  wait "$_child" || status=$?
  _child=''
  ((status == 0)) || note "it ended by itself, with status $status"
  exit "$status"
}

# refuse_busy_port ADDRESS TARGET: one sentence instead of a build followed by a failure.
refuse_busy_port() {
  local host=${1%:*} port=${1##*:}
  host=${host#[} host=${host%]}
  [[ $host == 0.0.0.0 || $host == :: ]] && host=127.0.0.1
  if port_open "$host" "$port"; then
    die "Port $port is taken by another program: choose another with LEPTOS_SITE_ADDR, as in" \
      "'LEPTOS_SITE_ADDR=${1%:*}:$((port + 100)) make $2'."
  fi
}

# site_url ADDRESS: the address as one opens it on this machine.
site_url() {
  local host=${1%:*}
  [[ $host == 0.0.0.0 || $host == '[::]' ]] && host=127.0.0.1
  printf 'http://%s:%s\n' "$host" "${1##*:}"
}
