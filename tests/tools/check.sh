#!/usr/bin/env bash
# check.sh NAME COMMAND...: runs one part of `make check` and notes its last
# "N passed, N failed" in $FL_TALLY; without arguments: the total of all notes.
set -u
if [ $# -eq 0 ]; then
	passed=0 failed=0
	while read -r p f _; do
		passed=$((passed + p)) failed=$((failed + f))
	done <"$FL_TALLY"
	awk '$2 > 0 {print "failed: " $3}' "$FL_TALLY"
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
	exit
fi
name=$1
shift
echo "== $name"
out=$(mktemp)
"$@" 2>&1 | tee "$out"
code=${PIPESTATUS[0]}
sum=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$out" | tail -n 1)
passed=0 failed=0
if [ -n "$sum" ]; then
	passed=${sum%% passed*}
	failed=${sum#*, }
	failed=${failed%% failed*}
fi
if [ "$name" = build ]; then sum=built; fi
if [ "$failed" -eq 0 ] && { [ "$code" -ne 0 ] || [ -z "$sum" ]; }; then failed=1; fi
echo "$passed $failed $name" >>"$FL_TALLY"
rm -f "$out"
