# shellcheck shell=bash
# Small network helpers without a dependency beyond bash and curl.

# port_open HOST PORT: does something answer there?
port_open() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# free_port: prints a TCP port of 127.0.0.1 on which nothing listens. Below the kernel's ephemeral range
# (32768 and up on Linux), so that no outgoing connection takes it between now and its use.
free_port() {
  local port
  for _ in {1..100}; do
    port=$((20000 + RANDOM % 12000))
    if ! port_open 127.0.0.1 "$port"; then
      printf '%s\n' "$port"
      return
    fi
  done
  die "No free port was found between 20000 and 32000 on 127.0.0.1."
}

# wait_ready URL SECONDS PID: waits until URL answers 200. Fails when the time is up or when PID has ended.
wait_ready() {
  local url=$1 deadline=$((SECONDS + $2)) pid=$3
  until curl --silent --fail --max-time 2 --noproxy '*' --output /dev/null "$url"; do
    kill -0 "$pid" 2>/dev/null || return 1
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}
