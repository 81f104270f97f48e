#!/usr/bin/env bash
# Grades the release build (scripts/build.sh) with MDN's HTTP Observatory, as production behind a TLS proxy on
# this machine: the lowest grade that passes is A+.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/lib/scratch-database.sh
source "$ROOT/scripts/lib/scratch-database.sh"
# shellcheck source=scripts/lib/test-site.sh
source "$ROOT/scripts/lib/test-site.sh"
# shellcheck source=scripts/lib/audit-tools.sh
source "$ROOT/scripts/lib/audit-tools.sh"
cd "$ROOT"

setup_audits
MANAGEMENT_ADDR=127.0.0.1:$(free_port)
export PARLANCE_ENV=production MIGRATE_ON_START=true LOG_FORMAT=pretty MANAGEMENT_ADDR
test_site observatory

# A certificate of this machine's own, which only this run trusts.
CERTIFICATE=$LOCAL/observatory/certificate.pem
CERTIFICATE_KEY=$LOCAL/observatory/key.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost -keyout "$CERTIFICATE_KEY" -out "$CERTIFICATE" 2>/dev/null
export CERTIFICATE CERTIFICATE_KEY NODE_EXTRA_CA_CERTS=$CERTIFICATE
node end2end/audits/observatory.mjs </dev/null
