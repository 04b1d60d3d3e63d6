# What tests/run and examples/run share: they source it. Packages are installed with apt, a stage is a line with its time.
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build_root=$(realpath -m "${CORNU_BUILD:-$top/build}")
logs=$build_root/logs
jobs=$(nproc)
# What one clone has compiled serves the others: paths within it are taken as relative.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$top} CCACHE_NOHASHDIR=1
build_packages=(g++ cmake ninja-build ccache libxtensor-dev libxtensor-blas-dev libopenblas-serial-dev libtbb-dev libfmt-dev
  libhdf5-dev libzip-dev zlib1g-dev nlohmann-json3-dev libcli11-dev libonnx-dev libprotobuf-dev)

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# print_help FILE: the comment at the head of a script.
print_help() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$1"; }

# stage TITLE COMMAND…: one line with the time it took. What the command prints goes to a file, and here if it fails.
stage() {
  local title=$1 start=$SECONDS log rc=0
  shift
  mkdir -p "$logs"
  log=$logs/$(tr -cs '[:alnum:]+.\n' - <<<"$title").log
  printf '%-60s ' "$title"
  "$@" >"$log" 2>&1 </dev/null || rc=$?
  printf '%4d s\n' $((SECONDS - start))
  [[ $rc -eq 0 ]] && return
  if grep -q '^FAILED:' "$log"; then sed -n '/^FAILED:/,$p' "$log" | head -n 80; else tail -n 80 "$log"; fi | cut -c 1-300
  fail "$title failed; all of its output is in $log"
}

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# install_packages NAME…: installs those that are missing, and says which.
install_packages() {
  local name missing=() root=()
  if ! command -v dpkg-query apt-get >/dev/null; then
    printf 'no apt here; needed and taken to be installed: %s\n' "$*"
    return
  fi
  for name; do is_installed "$name" || missing+=("$name"); done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null || fail "these packages are missing: ${missing[*]}; install them as root with apt-get"
    sudo -v || fail "no right to install ${missing[*]}"
    root=(sudo)
  fi
  printf 'installing with apt: %s\n' "${missing[*]}"
  if [[ -z ${apt_is_updated-} ]]; then stage 'apt-get update' "${root[@]}" apt-get update -q; fi
  apt_is_updated=yes
  stage 'apt-get install' "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"
}

# build FOLDER TARGET… -- CMAKE-ARGUMENT…
build() {
  local folder=$1 targets=() fresh=
  shift
  while [[ $1 != -- ]]; do
    targets+=("$1")
    shift
  done
  shift
  if ! grep -qsxF "CMAKE_HOME_DIRECTORY:INTERNAL=$top" "$folder/CMakeCache.txt"; then fresh=--fresh; fi # moved, or new
  stage "configuring ${folder##*/}" cmake ${fresh:+"$fresh"} -S "$top" -B "$folder" -G Ninja "$@"
  stage "building ${folder##*/} (${targets[*]})" cmake --build "$folder" --parallel "$jobs" --target "${targets[@]}"
}
