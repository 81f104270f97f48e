#!/usr/bin/env bash
# Writes the icons that are pictures (app/assets/*.png) anew from app/assets/icon.svg.
set -euo pipefail
# shellcheck source=scripts/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=scripts/lib/test-tools.sh
source "$ROOT/scripts/lib/test-tools.sh"
cd "$ROOT"

CHROMIUM=$(browser) || die "There is no Chromium: run scripts/setup.sh test."
node scripts/lib/icons.js "$CHROMIUM" app/assets
say "Written: $(cd app/assets && echo *.png)"
