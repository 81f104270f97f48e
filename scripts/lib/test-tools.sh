# shellcheck shell=bash
# Where the test tools are; installing them is scripts/setup/test-tools.sh's.

PLANTUML_VERSION=1.2025.4

plantuml_jar() { printf '%s\n' "$CACHE/plantuml/plantuml-$PLANTUML_VERSION.jar"; }

AIOSMTPD_VERSION=1.4.6

# Where the mail server for tests is, a Python environment of its own.
mail_server_home() { printf '%s\n' "$CACHE/tools/aiosmtpd-$AIOSMTPD_VERSION"; }

# browser: prints the path of a Chromium. CHROMIUM overrides.
browser() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [[ -n $name ]] && have "$name"; then
      command -v "$name"
      return
    fi
  done
  local found
  found=$(compgen -G "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}/chromium-*/chrome-linux*/chrome" | tail -n 1)
  [[ -n $found ]] && printf '%s\n' "$found"
}
