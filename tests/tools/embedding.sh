#!/usr/bin/env bash
# embedding.sh PROGRAM: runs the example host on a folder of its own, twice:
# the second time it finds what the first one left.
set -u
work=$(mktemp -d "${TMPDIR:-/tmp}/fairlead.XXXXXX")
passed=0 failed=0
ok() { # ok WHAT PATTERN TEXT
	if grep -qE "$2" <<<"$3"; then passed=$((passed + 1)); else
		echo "not ok - $1"
		echo "$3"
		failed=$((failed + 1))
	fi
}
first=$("$1" "$work/shop" 2>&1)
ok "the first run ends well" '^done$' "$first"
ok "a fact is told after its commit" '"type":"lead.received"' "$first"
ok "somebody's list shows it" 'Sofie Peeters' "$first"
second=$("$1" "$work/shop" 2>&1)
ok "the second run ends well" '^done$' "$second"
ok "the same fact again changes nothing" '"repeat":true' "$second"
rm -rf "$work"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
