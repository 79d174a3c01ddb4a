#!/usr/bin/env bash
# Runs a command in a bare Debian, on a clean clone of this project, as a new user would:
#
#   tests/package/bare_debian.sh SUITE COMMAND     for example: bare_debian.sh trixie './bootstrap.sh test'
#
# SUITE is bookworm (Debian 12) or trixie (13). The system is made by mmdebstrap in a temporary folder and deleted
# afterwards; it has git, ccache and, at /root/.ccache, this user's cache of compilations. With BARE=1 it has no more than
# Debian's smallest system, and the command starts in /root with the file PAYLOAD, if that is set, beside it.
# Needs root. Exits with the command's code, or with 77 where such a system cannot be made here.
set -euo pipefail

suite=${1:?SUITE} command=${2:?COMMAND}
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cannot() { echo "bare_debian: $1"; exit 77; }
[ "$(id -u)" -eq 0 ] || cannot "it needs root"
command -v mmdebstrap >/dev/null || cannot "there is no mmdebstrap; ./bootstrap.sh tools installs it"

root=$(mktemp -d "${TMPDIR:-/tmp}/weft-$suite-XXXXXX")
# Never deletes through a mount: one that cannot be undone keeps the folder.
trap 'umount --lazy "$root/root/.ccache" "$root/dev" "$root/proc" 2>/dev/null || true; rm -rf --one-file-system "$root"' EXIT
packages=git,ca-certificates,ccache
[ -z "${BARE:-}" ] || packages=ca-certificates
# The mirror, and apt's settings such as a proxy, are this machine's.
mirror=$(sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' /etc/apt/sources.list.d/debian.sources \
  /etc/apt/sources.list 2>/dev/null | head -n 1 || true)
mmdebstrap --quiet --variant=minbase --include="$packages" "$suite" "$root" \
  "deb ${mirror:-http://deb.debian.org/debian} $suite main" 2>"$root.log" ||
  { tail -n 3 "$root.log"; rm -f "$root.log"; cannot "mmdebstrap cannot make a system of $suite"; }
rm -f "$root.log"
cp /etc/resolv.conf /etc/hosts "$root/etc/"
cp /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/"
for folder in proc dev; do
  mount --bind "/$folder" "$root/$folder" || cannot "nothing can be mounted here"
done
folder=/root
if [ -z "${BARE:-}" ]; then
  folder=/root/project
  git -c safe.directory='*' clone --quiet "$project" "$root$folder"
  if command -v ccache >/dev/null; then
    cache=$(ccache --get-config cache_dir)
    mkdir -p "$cache" "$root/root/.ccache"
    mount --bind "$cache" "$root/root/.ccache"
  fi
elif [ -n "${PAYLOAD:-}" ]; then
  cp "$PAYLOAD" "$root/root/"
fi
code=0
chroot "$root" /usr/bin/env -i HOME=/root CCACHE_DIR=/root/.ccache PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
  bash -c "cd $folder && $command" </dev/null || code=$?
exit "$code"
