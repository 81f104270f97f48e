# shellcheck shell=bash
# Prometheus and promtool. Debian's package would start a service: it is unpacked into the user's cache.

# shellcheck source=scripts/lib/prometheus.sh
source "$ROOT/scripts/lib/prometheus.sh"

setup_prometheus() {
  prometheus_bin >/dev/null && return
  say "Fetching Prometheus (20 MB, about 10 seconds, once)"
  unpack_prometheus || true
  prometheus_bin >/dev/null ||
    die "Prometheus and promtool are missing and could not be fetched: install them without a service, or name" \
      "their folder in PROMETHEUS_BIN."
}

unpack_prometheus() {
  if ! have apt-get || ! have dpkg-deb; then
    return 1
  fi
  local dir status=1
  dir=$(mktemp -d)
  if download_prometheus "$dir" || { as_root apt-get --quiet --quiet update >/dev/null 2>&1 && download_prometheus "$dir"; }; then
    rm -rf "$CACHE/prometheus"
    mkdir -p "$CACHE/prometheus"
    if dpkg-deb --extract "$dir"/prometheus_*.deb "$CACHE/prometheus"; then
      status=0
    fi
  fi
  rm -rf "$dir"
  return "$status"
}

download_prometheus() {
  (cd "$1" && apt-get --quiet --quiet download prometheus) >/dev/null 2>&1 </dev/null
}
