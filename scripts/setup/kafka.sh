# shellcheck shell=bash
# What librdkafka is built with, and what only the tests of events need: a broker, and kcat, a reader of topics
# that shares no code of ours.

# shellcheck source=scripts/lib/kafka-tools.sh
source "$ROOT/scripts/lib/kafka-tools.sh"

# The crate brings librdkafka's source and runs its configure and make; TLS is the system's OpenSSL.
setup_rdkafka() {
  local missing=()
  have make || missing+=(make)
  have g++ || missing+=(g++)
  have pkg-config || missing+=(pkg-config)
  if ! have pkg-config || ! pkg-config --exists openssl; then missing+=(libssl-dev); fi
  have openssl || missing+=(openssl)
  if ! have pkg-config || ! pkg-config --exists zlib; then missing+=(zlib1g-dev); fi
  ((${#missing[@]} == 0)) && return
  say "Installing ${missing[*]} (about 1 minute, once)"
  apt_install "${missing[@]}" ||
    die "Please install: ${missing[*]} (Debian's names), which the client of the message broker is built with."
}

setup_kcat() {
  have kcat && return
  say "Installing kcat (a few seconds, once)"
  apt_install kcat || die "kcat is needed to test the events: install your system's 'kcat' package."
}

# With a container engine the tests use Redpanda, and the image is fetched when it is first started.
setup_broker() {
  setup_kcat
  [[ $(broker_engine) == kafka ]] || return 0
  local jars staging
  jars=$(kafka_jars)
  [[ -s $jars/complete ]] && return
  have java || apt_install default-jre-headless || die "Java 17 or newer is needed for the test broker."
  have mvn || apt_install maven || die "Maven is needed to fetch the test broker: install 'maven'."
  say "Fetching Apache Kafka $KAFKA_VERSION (40 MB, about 30 seconds, once)"
  staging=$jars.new
  rm -rf "$staging"
  mkdir -p "$staging"
  write_kafka_pom >"$staging/pom.xml"
  mvn --batch-mode --quiet --file "$staging/pom.xml" dependency:copy-dependencies -DincludeScope=runtime \
    "-DoutputDirectory=$staging" >&2 </dev/null || die "Kafka could not be fetched; the reason is above."
  printf 'kafka %s\n' "$KAFKA_VERSION" >"$staging/complete"
  rm -rf "$jars"
  mv "$staging" "$jars"
}

write_kafka_pom() {
  cat <<EOF
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>parlance</groupId><artifactId>test-broker</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$KAFKA_VERSION</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
EOF
}
