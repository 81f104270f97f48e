# shellcheck shell=bash
# The last resort for the wasm target: build std from the source package of the same rustc version in
# Debian's unstable suite, found through the Debian mirror that this machine's apt already uses.

# private_apt DIR COMMAND ARGS...: apt tools with their own lists and caches below DIR.
private_apt() {
  local dir=$1 tool=$2
  shift 2
  "$tool" -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::State::lists="$dir/lists" -o Dir::Cache="$dir/cache" -o APT::Sandbox::User= "$@"
}

# debian_mirror: prints the URI of the Debian archive in the machine's apt sources.
debian_mirror() {
  local uri
  # shellcheck disable=SC2016 # apt's own placeholder
  uri=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 2>/dev/null | head -n 1)
  if [[ -z $uri ]]; then # before the first `apt-get update`
    uri=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
      grep -oE 'https?://[^ ]*/debian/?( |$)' | head -n 1)
  fi
  uri=${uri%% *}
  [[ -n $uri ]] && printf '%s\n' "${uri%/}"
}

# fetch_std_source DIR: leaves std's source in DIR/library.
fetch_std_source() {
  local dir=$1 mirror version
  have apt-get || return 1
  mirror=$(debian_mirror) || return 1
  mkdir -p "$dir"/{lists/partial,cache/archives/partial,source}
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  printf 'deb-src [signed-by=%s] %s sid main\n' "$keyring" "$mirror" >"$dir/sources.list"
  note "reading the source index of Debian unstable"
  private_apt "$dir" apt-get --quiet --quiet update || return 1
  version=$(private_apt "$dir" apt-cache showsrc rustc | sed -n 's/^Version: //p' | grep "^$(rustc_release)+" | head -n 1)
  [[ -n $version ]] || { note "Debian has no source of rustc $(rustc_release)"; return 1; }
  note "downloading rustc $version"
  (cd "$dir/source" && private_apt "$dir" apt-get --quiet --quiet source --download-only --tar-only "rustc=$version") || return 1
  tar -xf "$dir"/source/rustc_*.orig.tar.xz -C "$dir" --wildcards --strip-components=1 '*/library' || return 1
  [[ -f $dir/library/std/Cargo.toml ]]
}

# build_std DIR: builds DIR/library for wasm and leaves DIR/wasm32-unknown-unknown/lib. The compiler looks for
# std's source inside its toolchain, so it is put there for the time of the build (unless it is there already).
build_std() (
  set -e
  dir=$1
  source_home=$(rustlib)/src/rust
  if [[ ! -e $source_home/library ]]; then
    mkdir -p "$source_home"
    # shellcheck disable=SC2064 # expanded now on purpose
    trap "rm -rf '$source_home/library'" EXIT
    cp -R "$dir/library" "$source_home/library"
  fi
  mkdir -p "$dir/empty/src" "$dir/$WASM/lib"
  printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n' >"$dir/empty/Cargo.toml"
  : >"$dir/empty/src/lib.rs"
  note "compiling std"
  cd "$dir/empty" || exit 1
  RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$dir/target cargo build --quiet --release \
    -Zbuild-std=std,panic_abort --target "$WASM" || exit 1
  find "$dir/target/$WASM/release/deps" -name '*.rlib' ! -name 'libempty-*' -exec cp {} "$dir/$WASM/lib/" \;
)

wasm_from_source() {
  local dir status=0
  dir=$(mktemp -d) || return 1
  if fetch_std_source "$dir" && build_std "$dir"; then
    place_wasm_libs "$dir/$WASM" || status=1
  else
    status=1
  fi
  rm -rf "$dir"
  return "$status"
}
