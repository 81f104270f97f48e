# shellcheck shell=bash
# Sourced by every script (and by people: `source scripts/env.sh`): where things are, in one place.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# Everything this checkout keeps for itself: databases, the built server, logs. Never committed.
LOCAL=$ROOT/.local
CACHE=${XDG_CACHE_HOME:-${HOME:?HOME must be set}/.cache}/parlance
export ROOT LOCAL CACHE

# One target directory for all checkouts: a fresh clone then builds only the workspace's own crates.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$CACHE/target}

# Node tools of this checkout, then tools that setup.sh had to keep beside other versions of the same name.
PATH=$ROOT/node_modules/.bin:$CACHE/tools/bin:$PATH
if [[ -d ${CARGO_HOME:-$HOME/.cargo}/bin ]]; then
  PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
fi
export PATH

# shellcheck source=scripts/lib/say.sh
source "$ROOT/scripts/lib/say.sh"
# shellcheck source=scripts/lib/lock.sh
source "$ROOT/scripts/lib/lock.sh"
# shellcheck source=scripts/lib/net.sh
source "$ROOT/scripts/lib/net.sh"
