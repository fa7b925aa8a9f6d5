#!/usr/bin/env bash
# api.sh API: what editors are told (scripts/meta, scripts/editor) is what the
# program knows: both ways, and the made files are those of today.
set -u
api=$1 passed=0 failed=0
meta=scripts/meta/fairlead.lua
wrong() {
	echo "not ok - $1"
	sed 's/^/  /' <<<"$2"
	failed=$((failed + 1))
}
# classes with the fields of those they stand on, words, verbs
told=$(awk '
	/^---@class / {
		class = $2; sub(/:$/, "", class)
		if ($2 ~ /:$/) base[class] = $3
	}
	/^---@field / && $2 !~ /^\[/ { field[class] = field[class] " " $2 }
	!/^---/ && !/^$/ { class = "" }
	/^function [a-z_]+\(/ { sub(/\(.*/, "", $2); print "word " $2 }
	/^function act\./ { sub(/\(.*/, "", $2); sub(/act\./, "", $2); print "act " $2 }
	/^function t:/ { sub(/\(.*/, "", $2); sub(/t:/, "", $2); print "t " $2 }
	/^[a-z_]+ = nil$/ { print "word " $1 }
	END {
		split("Cadence Handoff Escalation Rule Gate Mode Step When Ladder Rung IfMissed Pauses " \
			"Must Exception IfMissing IfRefused IfSilent FreesSeller WhenFull FreshLead " \
			"Alert Goodwill PersonWho Words Refuses Dealership PersonOf Department " \
			"ActTask ActMessage Expected", shown, " ")
		for (i in shown)
			for (c = shown[i]; c != ""; c = base[c]) {
				n = split(field[c], f, " ")
				for (k = 1; k <= n; k++) print "key " shown[i] "." f[k]
			}
	}' "$meta" | LC_ALL=C sort)
known=$("$api" facts | LC_ALL=C sort -u) || wrong "the program tells nothing" ""
lacks=$(LC_ALL=C comm -13 <(echo "$told") <(echo "$known"))
extra=$(LC_ALL=C comm -23 <(LC_ALL=C sort -u <<<"$told") <(echo "$known"))
twice=$(uniq -d <<<"$told")
[ -z "$lacks" ] || wrong "$meta says nothing about these" "$lacks"
[ -z "$extra" ] || wrong "$meta has what the program does not know" "$extra"
[ -z "$twice" ] || wrong "$meta has these twice" "$twice"
passed=$((passed + $(wc -l <<<"$known")))
same() { # same WHAT FILE
	local out
	if out=$(diff <("$api" "$1") "$2"); then passed=$((passed + 1)); else
		wrong "$2 is not of today: make api" "$(head -n 10 <<<"$out")"
	fi
}
same kinds scripts/meta/kinds.lua
same events scripts/meta/events.lua
same luacheck scripts/editor/luacheckrc
[ "$failed" -eq 0 ] || passed=0
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
