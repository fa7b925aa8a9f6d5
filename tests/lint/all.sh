#!/usr/bin/env bash
# all.sh "CHECK ARGUMENT..."...: runs every check, also after one that fails,
# and adds up what they say.
set -u
passed=0 failed=0
for check in "$@"; do
	# shellcheck disable=SC2086
	out=$($check 2>&1)
	code=$?
	sum=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' <<<"$out" | tail -n 1)
	grep -vE '^[0-9]+ passed, [0-9]+ failed$' <<<"$out"
	p=${sum%% passed*} f=${sum#*, }
	f=${f%% failed*}
	if [ -z "$sum" ] || { [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; }; then
		echo "not ok - ${check%% *} (exit $code)"
		f=1
	fi
	passed=$((passed + ${p:-0})) failed=$((failed + f))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
