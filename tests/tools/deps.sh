#!/usr/bin/env bash
# deps.sh [TOOL...]: installs what the build (and the tools named) need on
# Debian, only what is missing, and says so. "lint" and "bench" stand for what
# `make lint` and `make bench` use when it is there; without a network that is
# skipped.
set -euo pipefail
want=()
need() { # need PACKAGE TEST...
	local package=$1
	shift
	"$@" >/dev/null 2>&1 || want+=("$package")
}
compiler=${CC:-gcc} # may be "ccache clang"
case $compiler in
*clang*) need clang command -v clang ;;
*) need gcc command -v gcc ;;
esac
need make command -v make
need pkg-config command -v pkg-config
need liblua5.4-dev pkg-config --exists lua5.4
need libsqlite3-dev pkg-config --exists sqlite3
need libuv1-dev pkg-config --exists libuv
need libexpat1-dev pkg-config --exists expat
need libsodium-dev pkg-config --exists libsodium
need libcmocka-dev test -e /usr/include/cmocka.h
need tzdata test -e /usr/share/zoneinfo/Europe/Amsterdam
if ! pkg-config --exists libllhttp 2>/dev/null; then
	need node-llhttp test -e /usr/share/llhttp/llhttp.c
fi
optional=()
for tool in "$@"; do # what one target needs beside the build
	if [ "$tool" = lint ]; then
		command -v luacheck >/dev/null || optional+=(lua-check)
		command -v shellcheck >/dev/null || optional+=(shellcheck)
	elif [ "$tool" = bench ]; then
		pkg-config --exists libcjson || optional+=(libcjson-dev)
		ls /usr/lib/*/lua/5.4/cjson.so >/dev/null 2>&1 ||
			optional+=(lua-cjson)
	else
		need "$tool" command -v "$tool"
	fi
done
if [ ${#want[@]} -eq 0 ] && [ ${#optional[@]} -gt 0 ]; then
	echo "fairlead: installing ${optional[*]} for make $*"
	if [ "$(id -u)" -eq 0 ]; then sudo=''; else sudo='sudo -n'; fi
	$sudo apt-get install -y -q --no-install-recommends "${optional[@]}" >/dev/null 2>&1 ||
		echo "fairlead: ${optional[*]} not installed, make $* goes on without"
	exit 0
fi
want+=("${optional[@]}")
[ ${#want[@]} -eq 0 ] && exit 0
echo "fairlead: installing ${want[*]}"
sudo=''
if [ "$(id -u)" -ne 0 ]; then
	sudo=$(command -v sudo) || {
		echo "not root and no sudo: install these packages: ${want[*]}" >&2
		exit 1
	}
fi
$sudo apt-get update -q >/dev/null || true
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${want[@]}" >/dev/null
