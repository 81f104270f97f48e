# shellcheck shell=bash
# Rust's standard library for the browser (target wasm32-unknown-unknown).
#
# rust-toolchain.toml deliberately does not list the target: rustup would then try to download it at every
# cargo call, which fails on machines without rustup's server.

WASM=wasm32-unknown-unknown

# Compiles an empty crate: also notices a library that another compiler version left behind.
wasm_target_works() {
  local dir status=0
  dir=$(mktemp -d)
  rustc --target "$WASM" --crate-type lib --crate-name probe --emit metadata --out-dir "$dir" - \
    </dev/null >/dev/null 2>&1 || status=1
  rm -rf "$dir"
  return "$status"
}

rustlib() { printf '%s/lib/rustlib\n' "$(rustc --print sysroot)"; }
rustc_release() { rustc --version --verbose | sed -n 's/^release: //p'; }

# wasm_archive: prints the path of a prebuilt archive, if there is one. It is a tar file that unpacks to
# `wasm32-unknown-unknown/lib/*.rlib`, built by exactly this rustc. Looked for in: the file named by
# RUST_STD_WASM_ARCHIVE, `.local/`, and `../shared/rust-std/` beside the checkout.
wasm_archive() {
  local name candidate
  name=rust-std-$(rustc_release)-$WASM.tar.xz
  for candidate in "${RUST_STD_WASM_ARCHIVE:-}" "$LOCAL/$name" "$ROOT/../shared/rust-std/$name"; do
    if [[ -n $candidate && -f $candidate ]]; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  return 1
}

# place_wasm_libs FOLDER: puts FOLDER (which holds `lib/`) into the toolchain. The last move is atomic, so
# that a broken-off run leaves nothing half there.
place_wasm_libs() {
  local target staging
  target=$(rustlib)/$WASM
  staging=$(rustlib)/.$WASM.new
  rm -rf "$staging"
  cp -R "$1" "$staging"
  chmod -R u+rwX,go+rX "$staging"
  rm -rf "$target"
  mv "$staging" "$target"
}

unpack_wasm_archive() {
  local archive dir
  archive=$(wasm_archive) || return 1
  dir=$(mktemp -d)
  if tar -xf "$archive" -C "$dir" && compgen -G "$dir/$WASM/lib/libcore-*.rlib" >/dev/null; then
    place_wasm_libs "$dir/$WASM"
  fi
  rm -rf "$dir"
  wasm_target_works
}

# rustup mixes its files with what it finds; libraries that did not come from rustup go first.
rustup_wasm_target() {
  have rustup || return 1
  local libs
  libs=$(rustlib)
  if [[ -d $libs/$WASM && ! -e $libs/manifest-rust-std-$WASM ]]; then
    rm -rf "${libs:?}/$WASM"
  fi
  timeout 60 rustup target add "$WASM" >/dev/null 2>&1 && wasm_target_works
}

setup_wasm_target() {
  wasm_target_works && return
  say "Adding Rust's $WASM target with rustup (under 1 minute, once)"
  rustup_wasm_target && return
  if [[ ! -w $(rustlib) ]]; then
    die "The $WASM target is missing and $(rustlib) is not writable: run 'rustup target add $WASM'."
  fi
  note "rustup could not download it; trying a prebuilt archive"
  unpack_wasm_archive && return
  say "Building the $WASM target from Debian's Rust source (about 2 minutes, once)"
  wasm_from_source && wasm_target_works && return
  die "The $WASM target could not be installed. With a network: 'rustup target add $WASM'. Without:" \
    "set RUST_STD_WASM_ARCHIVE to an archive built by rustc $(rustc_release) (see scripts/setup/wasm-target.sh)."
}
