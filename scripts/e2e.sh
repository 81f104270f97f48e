#!/usr/bin/env bash
# The Playwright suites against the release build (scripts/build.sh), with its own database and the scripted
# demo model as its provider. Arguments go to Playwright: `scripts/e2e.sh --project=phone chat`; to look for
# flakes, `scripts/e2e.sh --repeat-each=20`.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/lib/scratch-database.sh
source "$ROOT/scripts/lib/scratch-database.sh"
# shellcheck source=scripts/lib/test-site.sh
source "$ROOT/scripts/lib/test-site.sh"
# shellcheck source=scripts/lib/test-tools.sh
source "$ROOT/scripts/lib/test-tools.sh"
cd "$ROOT"

CHROMIUM=$(browser) || die "There is no Chromium: run scripts/setup.sh test."
export CHROMIUM
test_site e2e
say "The suites run against $BASE_URL"
cd end2end
playwright test "$@" </dev/null | tee "$LOCAL/e2e/suites.log"
