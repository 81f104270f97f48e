#!/usr/bin/env bash
# The documents hold together: every PlantUML diagram parses, what it includes is there, and every relative
# link (with its #anchor) in the Markdown files leads somewhere.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/lib/test-tools.sh
source "$ROOT/scripts/lib/test-tools.sh"
cd "$ROOT"

plantuml() { java -Djava.awt.headless=true -DPLANTUML_SECURITY_PROFILE=LOCALHOST -jar "$(plantuml_jar)" "$@"; }

# explain DIAGRAM...: one line for each that does not parse. A start of Java a diagram, so only on failure.
explain() {
  local diagram answer
  for diagram in "$@"; do
    # Three lines: ERROR, the line (counted from zero), the reason.
    answer=$(cd "$(dirname "$diagram")" && plantuml -syntax <"$(basename "$diagram")" 2>/dev/null) || true
    if [[ $answer == ERROR* ]]; then
      note "$diagram, line $(($(sed -n 2p <<<"$answer") + 1)): $(sed -n 3p <<<"$answer")"
    fi
  done
}

check_diagrams() {
  local diagrams
  mapfile -t diagrams < <(find specification -name '*.puml' 2>/dev/null | sort)
  ((${#diagrams[@]} > 0)) || return 0
  [[ -s $(plantuml_jar) ]] || die "PlantUML is missing: run scripts/setup.sh test."
  if ! plantuml -checkonly "${diagrams[@]}" >/dev/null 2>&1; then
    explain "${diagrams[@]}"
    die "A diagram does not parse."
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
