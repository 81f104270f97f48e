# shellcheck shell=bash
# What only the tests need: a browser for Playwright, PlantUML for the diagrams, a mail server.

# shellcheck source=scripts/lib/test-tools.sh
source "$ROOT/scripts/lib/test-tools.sh"

setup_browser() {
  browser >/dev/null && return
  say "Installing Chromium for the browser tests (about 1 minute, once)"
  apt_install chromium || true
  browser >/dev/null && return
  note "not from the system's packages; trying Playwright's own"
  (cd "$ROOT" && npx playwright install chromium >&2 </dev/null) || true
  browser >/dev/null ||
    die "No Chromium was found and none could be installed: install it, or name its program in CHROMIUM."
}

# The pinned release is kept in the user's cache for all checkouts.
setup_diagrams() {
  if ! have java; then
    say "Installing a Java runtime for the diagrams (about 1 minute, once)"
    apt_install default-jre-headless || true
    have java || die "Java is needed to check the diagrams: install a Java runtime (17 or newer)."
  fi
  local jar
  jar=$(plantuml_jar)
  [[ -s $jar ]] && return
  say "Fetching PlantUML $PLANTUML_VERSION (20 MB, about 30 seconds, once)"
  mkdir -p "$(dirname "$jar")"
  fetch_plantuml "$jar" || die "PlantUML could not be fetched: put plantuml-$PLANTUML_VERSION.jar at $jar."
}

fetch_plantuml() {
  local jar=$1 dir status=1
  dir=$(mktemp -d)
  if have mvn && mvn --batch-mode --quiet dependency:copy -DoutputDirectory="$dir" \
    "-Dartifact=net.sourceforge.plantuml:plantuml:$PLANTUML_VERSION" >&2 </dev/null; then
    status=0
  elif curl --silent --show-error --fail --location --max-time 300 --output "$dir/plantuml-$PLANTUML_VERSION.jar" \
    "https://github.com/plantuml/plantuml/releases/download/v$PLANTUML_VERSION/plantuml-$PLANTUML_VERSION.jar"; then
    status=0
  fi
  ((status == 0)) && mv "$dir/plantuml-$PLANTUML_VERSION.jar" "$jar"
  rm -rf "$dir"
  return "$status"
}

# A real SMTP server, small enough for a test to start.
setup_mail_server() {
  local home
  home=$(mail_server_home)
  [[ -x $home/bin/aiosmtpd ]] && return
  if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    say "Installing Python for the mail tests (about 1 minute, once)"
    apt_install python3 python3-venv || true
  fi
  say "Installing aiosmtpd $AIOSMTPD_VERSION for the mail tests (about 10 seconds, once)"
  rm -rf "$home"
  { python3 -m venv "$home" && "$home/bin/pip" install --quiet "aiosmtpd==$AIOSMTPD_VERSION"; } >&2 ||
    { rm -rf "$home"; die "aiosmtpd could not be installed: it needs Python 3 with venv, and PyPI."; }
}
