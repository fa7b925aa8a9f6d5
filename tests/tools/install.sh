#!/usr/bin/env bash
# install.sh BUILD: `make install` into an empty root, then what somebody who
# has only that can do: build the example host by pkg-config (shared, static,
# the header in C++), run it, run the program.
set -u
work=$(mktemp -d "${TMPDIR:-/tmp}/fairlead.XXXXXX")
trap 'rm -rf "$work"' EXIT
prefix=/opt/dealer
passed=0 failed=0
is_done() { # is_done WHAT COMMAND...
	local what=$1 out
	shift
	if out=$("$@" 2>&1); then passed=$((passed + 1)); else
		failed=$((failed + 1))
		echo "not ok - $what"
		echo "$out"
	fi
}
root=$work$prefix
config() { # the installed file alone, seen from inside the root
	PKG_CONFIG_PATH=$root/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$work \
		pkg-config "$@" fairlead
}
compile() { ${CC:-gcc} ${SANITIZE:-} -Wall -Wextra -Werror "$@"; }
host() { # host PROGRAM: the example runs to its end
	LD_LIBRARY_PATH=$root/lib "$1" "$2" | grep -q '^done$'
}
shared() {
	# shellcheck disable=SC2046
	compile -std=c17 examples/embed.c -o "$work/shared" $(config --cflags --libs)
}
static() {
	# the system's own libraries stay shared
	# shellcheck disable=SC2046
	compile -std=c17 examples/embed.c -o "$work/static" $(config --cflags) \
		"$root/lib/libfairlead.a" \
		$(config --static --libs | tr ' ' '\n' | grep -v -e '-lfairlead' -e "$work")
}
cplusplus() {
	printf '#include <fairlead.h>\nint main() { return fl_version() == nullptr; }\n' >"$work/host.cpp"
	# shellcheck disable=SC2046
	"$cxx" -std=c++17 -Wall -Wextra -Wpedantic -Werror ${SANITIZE:-} \
		"$work/host.cpp" -o "$work/host" $(config --cflags --libs) &&
		LD_LIBRARY_PATH=$root/lib "$work/host"
}
is_done "make install" make --no-print-directory B="$1" DESTDIR="$work" prefix=$prefix install
for f in bin/fairlead include/fairlead.h lib/libfairlead.a lib/libfairlead.so \
	lib/pkgconfig/fairlead.pc share/man/man1/fairlead.1 \
	share/man/man3/libfairlead.3 share/man/man7/fairlead-rules.7 share/fairlead/packs/standard/own-tempo.lua; do
	is_done "$f is there" test -s "$root/$f"
done
is_done "pkg-config names the prefix" test "$(PKG_CONFIG_PATH=$root/lib/pkgconfig pkg-config --variable=prefix fairlead)" = $prefix
is_done "and the version" test "$(config --modversion)" = "$(cat VERSION)"
is_done "the example host builds with the shared library" shared
is_done "and runs" host "$work/shared" "$work/one"
is_done "it builds with the static library" static
is_done "and runs" host "$work/static" "$work/two"
cxx=$(command -v g++ || command -v clang++)
if [ -n "$cxx" ]; then
	is_done "the header is C++ too" cplusplus
else
	echo "# skipped: no C++ compiler here"
fi
is_done "the program runs where it was put" "$root/bin/fairlead" version
is_done "and makes a folder" "$root/bin/fairlead" init "$work/shop"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
