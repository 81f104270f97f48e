#!/usr/bin/env bash
# make clean-local: stops this checkout's Postgres clusters and brokers and deletes .local: databases, builds, logs.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

for which in dev test bench; do
  "$ROOT/scripts/postgres.sh" stop "$which"
  "$ROOT/scripts/kafka.sh" stop "$which"
  # Run as root, the data may live outside the checkout (see scripts/lib/postgres-cluster.sh).
  if [[ -s $LOCAL/postgres-$which.location ]]; then
    folder=$(cat "$LOCAL/postgres-$which.location")
    [[ $folder == /var/tmp/parlance-* ]] && rm -rf "$folder"
  fi
done
rm -rf "$LOCAL"
say "Deleted $LOCAL"
