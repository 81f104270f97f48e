# shellcheck shell=bash
# Locks, so that two makes at once are harmless.

# with_lock FILE COMMAND...: runs COMMAND (a function will do) in a subshell while holding FILE's lock. The
# lock's descriptor is 9: a command that leaves a daemon behind must close it (`9>&-`), or the lock stays held.
with_lock() {
  local file=$1
  shift
  mkdir -p "$(dirname "$file")"
  (
    if have flock; then
      if ! flock --nonblock 9; then
        say "Waiting for another run that holds $file"
        flock 9
      fi
    fi
    "$@"
  ) 9>"$file"
}
