# shellcheck shell=bash
# The release build (scripts/build.sh) as a site to be tested: with a database of its own and the scripted
# demo model as its provider. Needs scratch-database.sh; everything ends with the script.

_site_pids=()

# test_site NAME: starts it, with its logs in .local/NAME, and sets BASE_URL, DEMO_MODEL_URL and
# TEST_DATABASE_URL. What the environment says of the server's configuration is taken over.
test_site() {
  _site_name=$1
  _site_logs=$LOCAL/$1
  [[ -x $LOCAL/bin/server ]] || die "There is no server in .local/bin: run scripts/build.sh first."
  mkdir -p "$_site_logs"
  rm -f "$_site_logs"/*.log "$_site_logs/stripe-sandbox.json"
  trap _end_site EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  scratch_database "$1"
  _start_demo_model
  _start_site
  export BASE_URL DEMO_MODEL_URL TEST_DATABASE_URL=$SCRATCH_URL
}

# run_beside COMMAND...: starts something else that ends with the script; its log is in the same place.
run_beside() {
  "$@" >"$_site_logs/${1##*/}.log" 2>&1 &
  _site_pids+=("$!")
}

_end_site() {
  local status=$? pid
  trap '' INT TERM HUP
  trap - EXIT
  for pid in "${_site_pids[@]}"; do
    kill -TERM "$pid" 2>/dev/null || true
  done
  for pid in "${_site_pids[@]}"; do
    wait "$pid" 2>/dev/null || true
  done
  drop_scratch_database
  if ((status != 0)) && [[ -s $_site_logs/server.log ]]; then
    note "the end of the server's log (all of it: .local/$_site_name/server.log):"
    tail -n 40 "$_site_logs/server.log" >&2
    # Last, where it is looked for: what failed, and why.
    grep -aE '^ +[0-9]+\) |^ +Error: ' "$_site_logs/suites.log" >&2 2>/dev/null || true
  fi
  exit "$status"
}

# _start_demo_model: it prints its address once it listens.
_start_demo_model() {
  "$LOCAL/bin/server" demo-model --addr 127.0.0.1:0 --faults >"$_site_logs/demo-model.log" 2>&1 &
  _site_pids+=("$!")
  DEMO_MODEL_URL=''
  for _ in {1..100}; do
    DEMO_MODEL_URL=$(sed -n 's/.*listening on \(http:\/\/[0-9.:]*\).*/\1/p' "$_site_logs/demo-model.log" | head -n 1)
    [[ -n $DEMO_MODEL_URL ]] && return
    kill -0 "$!" 2>/dev/null || break
    sleep 0.1
  done
  cat "$_site_logs/demo-model.log" >&2
  die "The demo model did not start."
}

_start_site() {
  local port
  port=$(free_port)
  BASE_URL=http://127.0.0.1:$port
  DATABASE_URL=$SCRATCH_URL LEPTOS_SITE_ADDR=127.0.0.1:$port LEPTOS_SITE_ROOT=$LOCAL/site \
    PARLANCE_ENV=${PARLANCE_ENV:-development} SHUTDOWN_GRACE_SECONDS=0 \
    STRIPE_SANDBOX=$_site_logs/stripe-sandbox.json \
    OPENAI_BASE_URL=$DEMO_MODEL_URL/v1 OPENAI_API_KEY=demo OPENAI_MODELS=demo \
    "$LOCAL/bin/server" serve >"$_site_logs/server.log" 2>&1 &
  _site_pids+=("$!")
  wait_ready "$BASE_URL/health/ready" 60 "$!" || die "The server did not become ready."
}
