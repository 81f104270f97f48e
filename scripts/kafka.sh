#!/usr/bin/env bash
# Private message brokers of this checkout, which speak Kafka's protocol: `dev`, kept between runs; `test` and
# `bench`, made anew at every start. Each listens on 127.0.0.1 only, on its own port, without a password.
#
#   scripts/kafka.sh start|stop|status|url|private|pid|kill|resume [dev|test|bench]
#
# `url` prints the value for KAFKA_BROKERS; `private` the folder with port, certificate and password of a second
# listener that wants TLS and a login, or nothing where the engine has none. `kill` ends the broker as a power cut would (SIGKILL), and `resume`
# starts it again with what it had: tests do that.
#
# Where a container engine runs, the broker is Redpanda. Elsewhere it is Apache Kafka (KRaft, one node) from
# its published jars, which scripts/setup.sh test fetches from Maven Central into the user's cache; its heap is
# 256 MB at most. KAFKA_ENGINE=kafka or KAFKA_ENGINE=redpanda decides instead.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/lib/kafka-broker.sh
source "$ROOT/scripts/lib/kafka-broker.sh"

main() {
  local verb=${1:-} which=${2:-dev}
  case $which in dev | test | bench) ;; *) die "There is no broker '$which': it is dev, test or bench." ;; esac
  find_broker "$which"
  case $verb in
    start) with_lock "$LOCAL/kafka-$which.lock" start_broker "$which" ;;
    stop) with_lock "$LOCAL/kafka-$which.lock" stop_broker ;;
    kill) with_lock "$LOCAL/kafka-$which.lock" kill_broker ;;
    resume) with_lock "$LOCAL/kafka-$which.lock" resume_broker ;;
    status) broker_status "$which" ;;
    url) broker_is_up || die "The $which broker is not running: scripts/kafka.sh start $which"; broker_url ;;
    private) [[ $ENGINE != kafka ]] || printf '%s\n' "$BROKER" ;;
    pid) broker_pid ;;
    *) die "usage: scripts/kafka.sh start|stop|status|url|private|pid|kill|resume [dev|test|bench]" ;;
  esac
}

main "$@"
