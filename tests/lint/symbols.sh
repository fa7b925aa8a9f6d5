#!/usr/bin/env bash
# symbols.sh SHARED STATIC HEADER: both libraries export fl_* and nothing else,
# and every function the header declares.
set -u
passed=0 failed=0
ok() {
	if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else
		echo "not ok - $2"
		failed=$((failed + 1))
	fi
}
declared=$(sed -n 's/^FL_API.*[ *]\(fl_[a-z_]*\)(.*/\1/p' "$3" | sort)
[ -n "$declared" ]
ok $? "$3 declares nothing"
shared=$(nm -D --defined-only "$1" | awk '$2 != "A" {print $3}' | sort)
static=$(nm -g --defined-only "$2" | awk 'NF == 3 {print $3}' | sort)
for lib in shared static; do
	extra=$(comm -13 <(echo "$declared") <(echo "${!lib}"))
	lost=$(comm -23 <(echo "$declared") <(echo "${!lib}"))
	[ -z "$extra" ]
	ok $? "the $lib library exports more: $(head -n 5 <<<"$extra" | tr '\n' ' ')"
	[ -z "$lost" ]
	ok $? "the $lib library lacks: $(tr '\n' ' ' <<<"$lost")"
done
readelf -d "$1" | grep -q 'SONAME.*libfairlead\.so\.'
ok $? "the shared library has no soname"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
