#!/usr/bin/env bash
# Runs cmocka binaries, one a processor, adds their TAP lines up and ends with
# "N passed, N failed"; their remarks ("# ...") are shown. FL_RUN is put before
# each (valgrind ...); one may take FL_TIMEOUT seconds (300).
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2016
printf '%s\n' "$@" | CMOCKA_MESSAGE_OUTPUT=TAP xargs -P "$(nproc)" -I{} bash -c '
	out=$2/${1//\//_}
	timeout "${FL_TIMEOUT:-300}" ${FL_RUN:-} "$1" >"$out" 2>&1
	echo $? >"$out.code"' _ {} "$work"
passed=0 failed=0
for bin in "$@"; do
	out=$work/${bin//\//_}
	code=$(cat "$out.code")
	ok=$(grep -c '^ok ' "$out")
	bad=$(grep -c '^not ok ' "$out")
	if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
	if [ "$code" -ne 0 ] || [ "$ok" -eq 0 ]; then
		echo "# $bin (exit $code)"
		cat "$out"
		[ "$ok" -eq 0 ] && [ "$bad" -eq 0 ] && bad=1
	fi
	# what was measured, and what this machine has not got
	[ "$bad" -gt 0 ] || grep '^# ' "$out" | grep -v '^# ok - '
	passed=$((passed + ok)) failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
