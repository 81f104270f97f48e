#!/usr/bin/env bash
# Whether the alerting rules are rules, fire when they should and stay silent when they should, and have a
# runbook each.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/lib/prometheus.sh
source "$ROOT/scripts/lib/prometheus.sh"
cd "$ROOT"

bin=$(prometheus_bin) || die "promtool is missing: run scripts/setup.sh test first."
mkdir -p "$LOCAL"
dir=$(mktemp -d "$LOCAL/alerts.XXXXXX")
trap 'rm -rf "$dir"' EXIT
rules_as_promtool_reads_them "$dir"
"$bin/promtool" check rules "$dir"/*.yaml >/dev/null
mkdir "$dir/tests"
for test in k8s/observability/tests/*.yaml; do
  # Rules are named relative to the test.
  sed 's|^  - \([a-z]*\.yaml\)$|  - ../\1|' "$test" >"$dir/tests/$(basename "$test")"
done
"$bin/promtool" test rules "$dir"/tests/*.yaml

for rule in k8s/observability/rules/*.yaml; do
  alerts=$(grep --count '^ *- alert: ' "$rule") || true
  runbooks=$(grep --count '^ *runbook: ' "$rule") || true
  ((alerts == runbooks)) || die "$rule has $alerts alerts and $runbooks runbooks."
  while read -r alert; do
    grep --quiet "alertname: $alert\$" k8s/observability/tests/*.yaml || die "$alert has no test."
  done < <(sed -n 's/^ *- alert: //p' "$rule")
done
while read -r runbook; do
  [[ -f $runbook ]] || die "The runbook $runbook is missing."
done < <(sed -n 's/^ *runbook: //p' k8s/observability/rules/*.yaml | sort --unique)
say "The alerts are as they should be"
