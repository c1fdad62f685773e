#!/bin/sh
# Usage: debootstrap.sh DIR [MIRROR]
# Makes a Debian 12 with docker and a firewall in DIR, and ties the one to the other. Root, and Node on this machine.
set -eu
root=$1
shift
debootstrap --variant=minbase --include=systemd-sysv,docker.io,iptables-persistent bookworm "$root" "$@"
npx --yes unit-patch@0.1.0 docker --root "$root" --yes
