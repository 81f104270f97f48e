# shellcheck shell=bash
# Which broker there is on this machine, and where its programs are.

KAFKA_VERSION=4.0.0

kafka_jars() { printf '%s\n' "$CACHE/kafka/$KAFKA_VERSION"; }

# container_engine: prints the command of a container engine that answers.
container_engine() {
  local name
  for name in docker podman; do
    if have "$name" && timeout 10 "$name" info >/dev/null 2>&1; then
      printf '%s\n' "$name"
      return
    fi
  done
  return 1
}

# broker_engine: prints `redpanda` or `kafka`. KAFKA_ENGINE overrides.
broker_engine() {
  if [[ -n ${KAFKA_ENGINE:-} ]]; then
    printf '%s\n' "$KAFKA_ENGINE"
  elif container_engine >/dev/null; then
    printf 'redpanda\n'
  else
    printf 'kafka\n'
  fi
}
