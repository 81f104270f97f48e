# shellcheck shell=bash
# Lighthouse and the Observatory, in end2end/audits/node_modules.

setup_audits() {
  local dir=$ROOT/end2end/audits
  local stamp=$dir/node_modules/.parlance-lock
  cmp --silent "$dir/package-lock.json" "$stamp" && return
  say "Installing Lighthouse and the Observatory with npm (about 30 seconds, once a checkout)"
  (cd "$dir" && npm ci --ignore-scripts --omit=optional --no-progress --loglevel=error </dev/null >&2) ||
    die "npm ci failed; the reason is above."
  # The list of preloaded hosts, which its install script would download, is of no use for this machine.
  printf '{}\n' >"$dir/node_modules/@mdn/mdn-http-observatory/conf/hsts-preload.json"
  cp "$dir/package-lock.json" "$stamp"
}
