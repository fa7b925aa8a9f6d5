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
exports() { # exports WHICH NAMES
	local extra lost
	extra=$(comm -13 <(echo "$declared") <(echo "$2") | head -n 5)
	lost=$(comm -23 <(echo "$declared") <(echo "$2"))
	[ -z "$extra" ]
	ok $? "the $1 library exports more: ${extra//$'\n'/ }"
	[ -z "$lost" ]
	ok $? "the $1 library lacks: ${lost//$'\n'/ }"
}
exports shared "$(nm -D --defined-only "$1" | awk '$2 != "A" {print $3}' | sort)"
exports static "$(nm -g --defined-only "$2" | awk 'NF == 3 {print $3}' | sort)"
readelf -d "$1" | grep -q 'SONAME.*libfairlead\.so\.'
ok $? "the shared library has no soname"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
