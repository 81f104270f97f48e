#!/usr/bin/env bash
# Measures the release build (scripts/build.sh) with Lighthouse, as a phone on a slow line: the landing page,
# signing in, and a conversation of 50 messages. Medians of so many runs (default 3): `scripts/lighthouse.sh 5`.
# Fails below the bars in end2end/audits/lighthouse.mjs. The machine should do nothing else.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/lib/scratch-database.sh
source "$ROOT/scripts/lib/scratch-database.sh"
# shellcheck source=scripts/lib/test-site.sh
source "$ROOT/scripts/lib/test-site.sh"
# shellcheck source=scripts/lib/test-tools.sh
source "$ROOT/scripts/lib/test-tools.sh"
# shellcheck source=scripts/lib/audit-tools.sh
source "$ROOT/scripts/lib/audit-tools.sh"
cd "$ROOT"

CHROME_PATH=$(browser) || die "There is no Chromium: run scripts/setup.sh test."
export CHROME_PATH RUNS=${1:-3} REPORTS=$LOCAL/lighthouse
setup_audits
test_site lighthouse
say "Measuring (about 20 seconds a page and run; the reports go to .local/lighthouse)"
node end2end/audits/lighthouse.mjs </dev/null
