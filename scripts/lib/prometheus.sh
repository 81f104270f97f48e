# shellcheck shell=bash
# Prometheus and promtool, for the tests alone: nothing of it runs on the machine otherwise.

# prometheus_bin: prints the folder of both programs. PROMETHEUS_BIN overrides.
prometheus_bin() {
  local folder
  for folder in "${PROMETHEUS_BIN:-}" "$CACHE/prometheus/usr/bin" "$(dirname "$(command -v promtool || printf '/none/none')")"; do
    if [[ -x $folder/prometheus && -x $folder/promtool ]]; then
      printf '%s\n' "$folder"
      return
    fi
  done
  return 1
}

# rules_as_promtool_reads_them DIR: promtool knows rule files, not the operator's resources around them.
rules_as_promtool_reads_them() {
  local file
  for file in "$ROOT"/k8s/observability/rules/*.yaml; do
    sed '1,/^spec:$/d; s/^  //' "$file" >"$1/$(basename "$file")"
  done
}
