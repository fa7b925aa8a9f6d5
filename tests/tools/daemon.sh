#!/usr/bin/env bash
# daemon.sh BINARY TEST...: runs each black-box test (tests/daemon/*.sh) in a
# folder of its own and adds up their "ok" and "not ok" lines.
set -u
export FAIRLEAD
FAIRLEAD=$(realpath "$1")
export TREE=$PWD
shift
passed=0 failed=0
for test in "$@"; do
	work=$(mktemp -d "${TMPDIR:-/tmp}/fairlead.XXXXXX")
	out=$(cd "$work" && timeout "${FL_TIMEOUT:-300}" bash "$TREE/$test" 2>&1)
	code=$?
	ok=$(grep -c '^ok ' <<<"$out")
	bad=$(grep -c '^not ok ' <<<"$out")
	[ "$code" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
	[ "$ok" -eq 0 ] && [ "$bad" -eq 0 ] && bad=1
	if [ "$bad" -gt 0 ]; then
		echo "# $test (exit $code)"
		echo "$out"
	fi
	passed=$((passed + ok)) failed=$((failed + bad))
	rm -rf "$work"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
