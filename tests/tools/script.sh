#!/usr/bin/env bash
# script.sh BINARY WORK: runs the tests beside the cards on a fresh folder and
# on the demo, and adds them up.
set -u
passed=0 failed=0
rm -rf "$2"
mkdir -p "$2"
for from in "" "--from examples/demo"; do
	folder=$2/${from:+demo}
	[ -n "$from" ] || folder=$2/fresh
	# shellcheck disable=SC2086
	"$1" init "$folder" $from >/dev/null || failed=$((failed + 1))
	out=$("$1" -C "$folder" test 2>&1)
	code=$?
	grep -v '^ok ' <<<"$out" | grep -vE '^[0-9]+ passed'
	sum=$(grep -E '^[0-9]+ passed, [0-9]+ failed' <<<"$out" | tail -n 1)
	p=${sum%% *} f=${sum#*, }
	passed=$((passed + ${p:-0})) failed=$((failed + ${f%% *}))
	if [ "$code" -ne 0 ] && [ "${f%% *}" = 0 ]; then failed=$((failed + 1)); fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
