# shellcheck shell=bash
# System packages, where the machine has apt and lets us use it.

# as_root COMMAND...: runs it as root, when that needs no question.
as_root() {
  if ((EUID == 0)); then
    "$@"
  elif have sudo && sudo --non-interactive true 2>/dev/null; then
    sudo --non-interactive "$@"
  else
    return 1
  fi
}

# apt_install PACKAGE...: installs; fails quietly where there is no apt or no right to use it.
apt_install() {
  have apt-get || return 1
  as_root true || return 1
  local get=(env DEBIAN_FRONTEND=noninteractive apt-get --quiet --quiet -o DPkg::Lock::Timeout=300)
  local log
  log=$(mktemp)
  if as_root "${get[@]}" install --yes --no-install-recommends "$@" >"$log" 2>&1 </dev/null ||
    { as_root "${get[@]}" update >"$log" 2>&1 </dev/null &&
      as_root "${get[@]}" install --yes --no-install-recommends "$@" >"$log" 2>&1 </dev/null; }; then
    rm -f "$log"
  else
    tail -n 5 "$log" >&2
    rm -f "$log"
    return 1
  fi
}
