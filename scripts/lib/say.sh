# shellcheck shell=bash
# Output shared by the scripts. Everything goes to standard error, so that a script's standard output
# stays usable as a value (`scripts/postgres.sh url`).

if [[ -t 2 && -z ${NO_COLOR:-} ]]; then
  _bold=$'\e[1m' _dim=$'\e[2m' _red=$'\e[31m' _green=$'\e[32m' _plain=$'\e[0m'
else
  _bold='' _dim='' _red='' _green='' _plain=''
fi

# say TEXT...: one line about what happens now, with how long it may take.
say() { printf '%s==>%s %s\n' "$_bold" "$_plain" "$*" >&2; }

# note TEXT...: a detail under the line before.
note() { printf '    %s%s%s\n' "$_dim" "$*" "$_plain" >&2; }

# die TEXT...: one clear sentence, and the end.
die() {
  printf '%serror:%s %s\n' "$_red" "$_plain" "$*" >&2
  exit 1
}

# have COMMAND: is it on the PATH?
have() { command -v "$1" >/dev/null 2>&1; }

# step NAME EXPECTED COMMAND...: announces a step and its expected duration, runs it, prints what it took.
# A failing step ends the script with the step's name.
step() {
  local name=$1 expected=$2 begun=$SECONDS status=0
  shift 2
  printf '\n%s==> %s%s %s(expected: %s)%s\n' "$_bold" "$name" "$_plain" "$_dim" "$expected" "$_plain" >&2
  "$@" || status=$?
  if ((status == 0)); then
    printf '%s    ok%s %s, %d s\n' "$_green" "$_plain" "$name" $((SECONDS - begun)) >&2
  else
    printf '%s    FAILED%s %s (status %d), after %d s\n' "$_red" "$_plain" "$name" "$status" $((SECONDS - begun)) >&2
    exit "$status"
  fi
}
