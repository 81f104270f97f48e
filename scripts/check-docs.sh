#!/usr/bin/env bash
# The documents hold together: every PlantUML diagram parses, what it includes is there, and every relative
# link (with its #anchor) in the Markdown files leads somewhere.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/lib/test-tools.sh
source "$ROOT/scripts/lib/test-tools.sh"
cd "$ROOT"

check_diagrams() {
  local jar output status=0 diagrams
  mapfile -t diagrams < <(find specification -name '*.puml' 2>/dev/null | sort)
  ((${#diagrams[@]} > 0)) || return 0
  jar=$(plantuml_jar)
  [[ -s $jar ]] || die "PlantUML is missing: run scripts/setup.sh test."
  # Headless, and without the network: an !include of a URL must fail, so that documents stand on their own.
  output=$(java -Djava.awt.headless=true -DPLANTUML_SECURITY_PROFILE=LOCALHOST -jar "$jar" \
    -checkonly -failfast2 "${diagrams[@]}" 2>&1) || status=$?
  if ((status != 0)); then
    printf '%s\n' "$output" >&2
    die "A diagram does not parse; the file and line are above."
  fi
  say "${#diagrams[@]} diagrams parse"
}

check_links() {
  local files=() file
  for file in README.md AGENTS.md specification bench end2end k8s; do
    [[ -e $file ]] && files+=("$file")
  done
  ((${#files[@]} > 0)) || return 0
  remark --frail --quiet --no-stdout --no-config --ext md \
    --use 'remark-validate-links=repository:false' "${files[@]}" ||
    die "A link leads nowhere; the file and line are above."
  say "All relative links and anchors lead somewhere"
}

check_diagrams
check_links
