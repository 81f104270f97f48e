# shellcheck shell=bash
# One private broker: where it lives, whether it runs, starting and stopping it.
#
# Its folder holds data/, log, port, engine and, of Kafka, pid and server.properties.

# shellcheck source=scripts/lib/kafka-tools.sh
source "$ROOT/scripts/lib/kafka-tools.sh"

REDPANDA_IMAGE=docker.io/redpandadata/redpanda:v25.1.9

# find_broker WHICH: sets BROKER (the folder) and ENGINE. What was started with one engine is ended by it.
find_broker() {
  BROKER=$LOCAL/kafka-$1
  mkdir -p "$BROKER"
  ENGINE=$(cat "$BROKER/engine" 2>/dev/null) || ENGINE=$(broker_engine)
  # Of this checkout only: several may run beside each other.
  CONTAINER=parlance-$1-$(printf '%s' "$ROOT" | cksum | cut -d ' ' -f 1)
}

broker_port() { cat "$BROKER/port"; }
broker_url() { printf '127.0.0.1:%s\n' "$(broker_port)"; }

# broker_pid: prints the process id of our running broker. Of a container, that of its first process.
broker_pid() {
  local pid
  if [[ $ENGINE == redpanda ]]; then
    pid=$("$(container_engine)" inspect --format '{{.State.Pid}}' "$CONTAINER" 2>/dev/null) || return 1
    ((pid > 0)) && printf '%s\n' "$pid"
    return
  fi
  pid=$(cat "$BROKER/pid" 2>/dev/null) || return 1
  # After a crash the file can name a process of somebody else's: ours was started with our settings.
  [[ $pid =~ ^[0-9]+$ ]] && ps -o args= -p "$pid" 2>/dev/null | grep --quiet --fixed-strings -- "$BROKER/server.properties" &&
    printf '%s\n' "$pid"
}

broker_is_up() { broker_pid >/dev/null && port_open 127.0.0.1 "$(broker_port)"; }

broker_status() {
  if broker_is_up; then
    say "The $1 broker ($ENGINE) runs on $(broker_url), data in $BROKER"
  else
    say "The $1 broker is not running"
    return 1
  fi
}

# kafka_java CLASS ARGS...: a program of Kafka's, with a heap that stays small.
kafka_java() {
  local class=$1
  shift
  java -Xms64m -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.awt.headless=true \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$(kafka_jars)/*" "$class" "$@"
}

# One node that is broker and controller. What it answers is on disk of the machine, not of the power supply:
# enough for a process that is killed.
write_kafka_settings() {
  cat >"$BROKER/server.properties" <<EOF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$(cat "$BROKER/controller-port")
listeners=PLAINTEXT://127.0.0.1:$(broker_port),PRIVATE://127.0.0.1:$(cat "$BROKER/private-port"),CONTROLLER://127.0.0.1:$(cat "$BROKER/controller-port")
advertised.listeners=PLAINTEXT://127.0.0.1:$(broker_port),PRIVATE://127.0.0.1:$(cat "$BROKER/private-port")
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PRIVATE:SASL_SSL
listener.name.private.ssl.keystore.type=PEM
listener.name.private.ssl.keystore.location=$BROKER/private.pem
listener.name.private.sasl.enabled.mechanisms=SCRAM-SHA-256
listener.name.private.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
log.dirs=$BROKER/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
num.network.threads=2
num.io.threads=2
background.threads=2
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=2000
log.cleaner.dedupe.buffer.size=4194304
EOF
}

# make_private: what the listener PRIVATE wants, as brokers in production do: TLS, and a name with a password. The
# certificate is its own authority; all of it ends with the broker.
make_private() {
  head -c 18 /dev/urandom | base64 | tr '+/' 'AB' >"$BROKER/password"
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$BROKER/key.pem" -out "$BROKER/certificate.pem" 2>/dev/null
  cat "$BROKER/key.pem" "$BROKER/certificate.pem" >"$BROKER/private.pem"
  chmod 600 "$BROKER/password" "$BROKER/key.pem" "$BROKER/private.pem"
}

make_kafka() {
  make_private
  write_kafka_settings
  local cluster
  cluster=$(head -c 16 /dev/urandom | base64 | tr '+/' 'AB' | cut -c 1-22)
  kafka_java kafka.tools.StorageTool format --cluster-id "$cluster" --config "$BROKER/server.properties" \
    --add-scram "SCRAM-SHA-256=[name=parlance,password=$(cat "$BROKER/password")]" \
    >"$BROKER/log" 2>&1 </dev/null || {
    tail -n 15 "$BROKER/log" >&2
    die "Kafka could not make its data folder; the reason is above."
  }
}

# let_go_of_files: closes what was inherited beyond the standard three. A daemon that keeps the descriptor of
# somebody's lock would hold that lock for as long as it lives.
let_go_of_files() {
  local fd
  for fd in /dev/fd/*; do
    fd=${fd##*/}
    if [[ $fd =~ ^[0-9]+$ ]] && ((fd > 2)); then
      eval "exec $fd>&-" 2>/dev/null || true
    fi
  done
}

launch_kafka() {
  (cd "$BROKER" && let_go_of_files && exec setsid java -Xms64m -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Djava.awt.headless=true -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$(kafka_jars)/*" \
    kafka.Kafka "$BROKER/server.properties") >>"$BROKER/log" 2>&1 </dev/null &
  printf '%s\n' "$!" >"$BROKER/pid"
}

launch_redpanda() {
  "$(container_engine)" run --detach --name "$CONTAINER" --publish "127.0.0.1:$(broker_port):$(broker_port)" \
    --volume "$CONTAINER:/var/lib/redpanda/data" "$REDPANDA_IMAGE" redpanda start --mode dev-container --smp 1 \
    --memory 512M --reserve-memory 0M --kafka-addr "PLAINTEXT://0.0.0.0:$(broker_port)" \
    --advertise-kafka-addr "PLAINTEXT://127.0.0.1:$(broker_port)" \
    --set redpanda.auto_create_topics_enabled=false >"$BROKER/log" 2>&1 9>&-
}

# answers: does it take part in the protocol? A port that is open is not enough: Kafka opens it early.
answers() {
  broker_is_up || return 1
  # ApiVersions, version 0, without a client's name (Kafka protocol guide): the answer repeats the number 7.
  local answer
  answer=$( (
    exec 3<>"/dev/tcp/127.0.0.1/$(broker_port)" || exit 1
    printf '\x00\x00\x00\x0a\x00\x12\x00\x00\x00\x00\x00\x07\xff\xff' >&3
    timeout 2 head -c 8 <&3 | od -An -tx1 | tr -d ' \n'
  ) 2>/dev/null) || return 1
  [[ $answer == *00000007 ]]
}

await_broker() {
  local deadline=$((SECONDS + 60))
  until answers; do
    if ((SECONDS >= deadline)) || ! broker_pid >/dev/null; then
      tail -n 15 "$BROKER/log" >&2
      die "The broker did not start; the end of its log is above (all of it: $BROKER/log)."
    fi
    sleep 0.2
  done
}

remove_broker_data() {
  if [[ $ENGINE == redpanda ]]; then
    "$(container_engine)" rm --force --volumes "$CONTAINER" >/dev/null 2>&1 || true
    "$(container_engine)" volume rm --force "$CONTAINER" >/dev/null 2>&1 || true
  fi
  rm -rf "$BROKER/data"
}

start_broker() {
  broker_is_up && return
  # What was made with another engine than today's is of no use to this one.
  if [[ $1 != dev || ! -e $BROKER/made ]]; then
    remove_broker_data
    ENGINE=$(broker_engine)
    printf '%s\n' "$ENGINE" >"$BROKER/engine"
    free_port >"$BROKER/port"
    rm -f "$BROKER/made"
    say "Creating the $1 broker, $ENGINE (about 10 seconds)"
    if [[ $ENGINE == kafka ]]; then
      [[ -s $(kafka_jars)/complete ]] || die "Kafka is missing: run scripts/setup.sh test."
      free_port >"$BROKER/controller-port"
      free_port >"$BROKER/private-port"
      make_kafka
    fi
    : >"$BROKER/made"
  fi
  resume_broker
}

resume_broker() {
  broker_is_up && return
  [[ -e $BROKER/made ]] || die "There is no such broker yet: start it."
  if [[ $ENGINE == redpanda ]]; then
    "$(container_engine)" start "$CONTAINER" >/dev/null 2>&1 || launch_redpanda
  else
    launch_kafka
  fi
  await_broker
}

kill_broker() {
  if [[ $ENGINE == redpanda ]]; then
    "$(container_engine)" kill "$CONTAINER" >/dev/null 2>&1 || true
    return
  fi
  end_kafka KILL
}

stop_broker() {
  if [[ $ENGINE == redpanda ]]; then
    "$(container_engine)" stop "$CONTAINER" >/dev/null 2>&1 || true
    return
  fi
  end_kafka TERM
}

# end_kafka SIGNAL: sends it, waits for the end, and insists after 20 seconds.
end_kafka() {
  local pid deadline=$((SECONDS + 20))
  pid=$(broker_pid) || return 0
  kill "-$1" "$pid" 2>/dev/null || true
  while broker_pid >/dev/null; do
    ((SECONDS < deadline)) || kill -KILL "$pid" 2>/dev/null || true
    sleep 0.1
  done
}
