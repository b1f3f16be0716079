#!/bin/sh
# Installs the Debian packages that the demo, the tests and the bench use as they are; says which. Nothing is done, in a
# few milliseconds, when all are there.
set -eu

# `npm run` puts node_modules/.bin first, and not every PATH has the sbin folders.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

wanted='busybox-static conmon containernetworking-plugins dnsmasq-base e2fsprogs etcd-server ethtool gcc iproute2 iptables iputils-ping musl-tools nftables openssl openvswitch-switch podman runc strace systemd tcpdump'

line() { echo "apt-get install -y --no-install-recommends $*"; }

refuse() {
  echo "setup: $1" >&2
  echo "setup: as root on Debian or Ubuntu: apt-get update && $(line ${2:-$wanted})" >&2
  exit 1
}

command -v dpkg-query >/dev/null || refuse 'this is neither Debian nor Ubuntu; their packages, or the like, must be there'

# shellcheck disable=SC2086
present=" $(dpkg-query -W -f '${Package}=${db:Status-Status} ' $wanted 2>/dev/null || true)"
missing=''
for name in $wanted; do
  case "$present" in
    *" $name=installed "*) ;;
    *) missing="$missing $name" ;;
  esac
done
[ -n "$missing" ] || exit 0

# shellcheck disable=SC2086
[ "$(id -u)" = 0 ] || refuse "missing:$missing" $missing

# Packages bring services that would start at once (openvswitch-switch, podman). What is run here brings its own, in network
# namespaces of its own: invoke-rc.d asks this file, and 101 means no. A file that is there already decides itself.
policy=/usr/sbin/policy-rc.d
echo "setup: installing$missing"
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' INT TERM HUP
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  echo 'setup: their services are not started now; Debian starts them at the next boot unless they are disabled'
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -qq -y --no-install-recommends $missing
