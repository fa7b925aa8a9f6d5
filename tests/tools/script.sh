#!/usr/bin/env bash
# script.sh BINARY WORK: runs the tests beside the cards on a fresh folder, on
# the demo and on the language's own rooftop, and adds them up.
set -u
fairlead=$1 work=$2
passed=0 failed=0
rm -rf "$work"
mkdir -p "$work"

run() { # run FOLDER
	local out code sum
	out=$("$fairlead" -C "$1" test 2>&1)
	code=$?
	grep -v '^ok ' <<<"$out" | grep -vE '^[0-9]+ passed'
	sum=$(grep -E '^[0-9]+ passed, [0-9]+ failed' <<<"$out" | tail -n 1)
	local p=${sum%% *} f=${sum#*, }
	f=${f%% *}
	passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0}))
	# a run that failed without a failed test has still failed
	if [ "$code" -ne 0 ] && [ "${f:-0}" = 0 ]; then failed=$((failed + 1)); fi
}

"$fairlead" init "$work/fresh" >/dev/null || failed=$((failed + 1))
"$fairlead" init "$work/demo" --from examples/demo >/dev/null ||
	failed=$((failed + 1))
cp -r tests/script/rooftop "$work/language"
run "$work/fresh"
run "$work/demo"
run "$work/language"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
