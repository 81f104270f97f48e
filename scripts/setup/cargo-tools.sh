# shellcheck shell=bash
# Build tools that are Rust programs: cargo-leptos and the wasm-bindgen command.

# 0.3.11 wants a newer Rust than rust-version in Cargo.toml.
_cargo_leptos=0.3.10

# cargo_install CRATE VERSION OPT_LEVEL ARGS...: a build tool runs for seconds, so it is compiled cheaply; with
# its default release profile cargo-leptos takes more than twice as long to install. Where another version of
# the program is installed, for some other project, ours goes to a folder of its own, which scripts/env.sh
# puts first on the PATH.
cargo_install() {
  local crate=$1 version=$2 opt_level=$3 place=()
  shift 3
  have "${crate%-cli}" && place=(--root "$CACHE/tools" --force)
  env -u RUSTFLAGS CARGO_TARGET_DIR="$CACHE/tools/target" CARGO_PROFILE_RELEASE_OPT_LEVEL="$opt_level" \
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=64 CARGO_PROFILE_RELEASE_DEBUG=0 \
    cargo install --quiet "$crate" --version "$version" "${place[@]}" "$@" </dev/null
}

# installed PROGRAM: prints its version.
installed() {
  have "$1" && "$1" --version 2>/dev/null | sed -n "s/^$1 //p"
}

setup_cargo_leptos() {
  [[ $(installed cargo-leptos) == "$_cargo_leptos" ]] && return
  say "Installing cargo-leptos $_cargo_leptos (about 5 minutes on two cores, once)"
  cargo_install cargo-leptos "$_cargo_leptos" 0 --locked ||
    die "cargo-leptos $_cargo_leptos could not be installed; the reason is above."
}

# wasm_bindgen_version: the version in Cargo.lock. The command's must be the same, to the last digit.
wasm_bindgen_version() {
  sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' "$ROOT/Cargo.lock"
}

setup_wasm_bindgen() {
  local wanted
  wanted=$(wasm_bindgen_version)
  [[ -n $wanted ]] || die "Cargo.lock names no wasm-bindgen: is the checkout complete?"
  [[ $(installed wasm-bindgen) == "$wanted" ]] && return
  say "Installing wasm-bindgen $wanted (about 2 minutes on two cores, once)"
  cargo_install wasm-bindgen-cli "$wanted" 2 --locked && return
  # Its own lock file can name a crate that a registry mirror does not have yet: then without it.
  note "again, without its lock file"
  cargo_install wasm-bindgen-cli "$wanted" 2 ||
    die "wasm-bindgen-cli $wanted could not be installed; the reason is above."
}

setup_cargo_tools() {
  setup_cargo_leptos
  setup_wasm_bindgen
  rm -rf "$CACHE/tools/target"
}
