#!/usr/bin/env bash
# Every code a message may end in stands in the manual, in both languages with
# what it means and what to write, and the manual has no code that is gone.
set -u
passed=0 failed=0
wrong() {
	echo "not ok - $1"
	sed 's/^/  /' <<<"$2"
	failed=$((failed + 1))
}
used=$(grep -ohE '"FL[0-9]{3}"' core/*/*.[ch] | tr -d '"' | sort -u)
for page in docs/en/codes.md docs/nl/codes.md; do
	listed=$(sed -nE 's/^\| (FL[0-9]{3}) \| [^ ].* \| [^ ].* \|$/\1/p' "$page" | sort)
	missing=$(comm -23 <(echo "$used") <(sort -u <<<"$listed"))
	gone=$(comm -13 <(echo "$used") <(sort -u <<<"$listed"))
	twice=$(uniq -d <<<"$listed")
	[ -z "$missing" ] || wrong "$page lacks these codes" "$missing"
	[ -z "$gone" ] || wrong "$page has codes that no message ends in" "$gone"
	[ -z "$twice" ] || wrong "$page has these codes twice" "$twice"
	passed=$((passed + 1))
done
[ "$failed" -eq 0 ] || passed=0
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
