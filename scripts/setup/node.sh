# shellcheck shell=bash
# Node and the tools of package.json: Tailwind CSS and daisyUI, wasm-opt, Playwright, the link checker.

node_is_new_enough() {
  have node && have npm && (($(node --version | sed 's/^v\([0-9]*\).*/\1/') >= 20))
}

setup_node() {
  if ! node_is_new_enough; then
    say "Installing Node and npm (about 1 minute, once)"
    apt_install nodejs npm || true
    hash -r
    node_is_new_enough || die "Node 20 or newer with npm is needed: https://nodejs.org"
  fi
  local stamp=$ROOT/node_modules/.parlance-lock
  cmp --silent "$ROOT/package-lock.json" "$stamp" && return
  say "Installing Node tools with npm (about 30 seconds, once a checkout)"
  # No package needs its install script, so none is run.
  (cd "$ROOT" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-progress --loglevel=error </dev/null >&2) ||
    die "npm ci failed; the reason is above."
  cp "$ROOT/package-lock.json" "$stamp"
}
