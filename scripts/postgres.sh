#!/usr/bin/env bash
# Private Postgres clusters of this checkout: `dev` for make run and make dev, kept between runs; `test` and
# `bench`, made anew at every start, the latter with commits that are durable. Each listens on 127.0.0.1 only, on its own port, with a generated password.
#
#   scripts/postgres.sh start|stop|status|url|pid [dev|test|bench]
#
# `url` prints the DATABASE_URL. While `dev` runs, the same line is in .local/database-url, where a server
# started without DATABASE_URL in development looks for it.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/lib/postgres-bin.sh
source "$ROOT/scripts/lib/postgres-bin.sh"
# shellcheck source=scripts/lib/postgres-cluster.sh
source "$ROOT/scripts/lib/postgres-cluster.sh"

main() {
  local verb=${1:-} which=${2:-dev}
  case $which in dev | test | bench) ;; *) die "There is no cluster '$which': it is dev, test or bench." ;; esac
  find_cluster "$which"
  case $verb in
    start) with_lock "$LOCAL/postgres-$which.lock" start_cluster "$which" ;;
    stop) with_lock "$LOCAL/postgres-$which.lock" stop_cluster "$which" ;;
    status) cluster_status "$which" ;;
    url) cluster_is_up || die "The $which Postgres is not running: scripts/postgres.sh start $which"; cluster_url ;;
    pid) postmaster ;;
    *) die "usage: scripts/postgres.sh start|stop|status|url|pid [dev|test|bench]" ;;
  esac
}

main "$@"
