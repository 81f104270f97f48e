#!/usr/bin/env bash
# make screenshots: every screen of the release build (scripts/build.sh) and every state that one can be in, on a
# phone and on a desktop, in light and in dark, into .local/screenshots. Arguments go to Playwright:
# `scripts/screenshots.sh --project=phone-dark landing`.
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
export CHROMIUM SCREENSHOTS=$LOCAL/screenshots
# A whole run replaces the one before; a part of one replaces only its own.
if (($# == 0)); then rm -rf "$SCREENSHOTS"; fi
mkdir -p "$SCREENSHOTS"
test_site gallery
say "Taking screenshots of $BASE_URL"
(cd end2end && playwright test --config gallery.config.ts "$@" </dev/null)
say "$(find "$SCREENSHOTS" -name '*.png' | wc -l) screenshots are in ${SCREENSHOTS#"$ROOT"/}"
