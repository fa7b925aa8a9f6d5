#!/usr/bin/env bash
# manual.sh BINARY WORK PAGE...: runs every example of the manual.
#   ```lua               a rule file of its own in a fresh dealership: check must
#                        find no mistake, the tests in it must pass
#   ```lua more          one more rule file beside the block before
#   ```lua settings      settings.lua beside the block before; `dealership` too
#   ```lua wrong CODE    check must find CODE
#   ```sh                lines typed in the page's own training folder, with the
#                        rule file of the block before as rules/own.lua; exit
#                        0, or N where a line ends in "# exit N"
# A page in docs/nl gets a Dutch dealership, any other an English one.
set -u
fairlead=$(realpath "$1") work=$2
shift 2
passed=0 failed=0

ok() { passed=$((passed + 1)); }
not_ok() { # not_ok WHERE WHY OUTPUT
	failed=$((failed + 1))
	printf 'not ok - %s: %s\n' "$1" "$2"
	sed 's/^/  # /' <<<"$3"
}

fresh() { # fresh FOLDER PAGE
	local language=en
	[ "$(basename "$(dirname "$2")")" != nl ] || language='nl'
	"$fairlead" init "$1" --training --language "$language" >/dev/null
}

# The blocks of a page as files: NNN.kind holds the words behind ```, NNN.text
# what is in it, NNN.line where it begins.
blocks() { # blocks PAGE INTO
	awk -v into="$2" '
		/^```(lua|sh)/ && !b { n++; f = sprintf("%s/%03d", into, n)
			b = 1; print substr($0, 4) > (f ".kind")
			print NR > (f ".line"); printf "" > (f ".text"); next }
		/^```/ { b = 0; next }
		b { print > (f ".text") }' "$1"
}

# All files of one dealership are there: what does check say, and its tests?
judge() { # judge FOLDER WHERE WRONG
	local out code
	out=$("$fairlead" -C "$1" check 2>&1)
	code=$?
	if [ -n "$3" ]; then
		if [ "$code" -eq 1 ] && grep -q "\[$3\]" <<<"$out"; then ok; else
			not_ok "$2" "check should find $3" "$out"
		fi
		return
	fi
	if [ "$code" -eq 0 ]; then ok; else
		not_ok "$2" "check finds mistakes" "$out"
		return
	fi
	grep -qs '^test "' "$1"/rules/*.lua || return
	out=$("$fairlead" -C "$1" test rules/ 2>&1)
	if [ $? -eq 0 ]; then ok; else not_ok "$2" "its tests fail" "$out"; fi
}

shell_lines() { # shell_lines FILE FOLDER WHERE
	local line wanted out code
	while IFS= read -r line; do
		[ -n "$line" ] || continue
		wanted=0
		[[ $line =~ '# exit '([0-9])$ ]] && wanted=${BASH_REMATCH[1]}
		out=$(cd "$2" && PATH=$(dirname "$fairlead"):$PATH bash -c "$line" 2>&1 </dev/null)
		code=$?
		if [ "$code" -eq "$wanted" ]; then ok; else
			not_ok "$3" "exit $code: $line" "$out"
		fi
	done <"$1"
}

page() { # page PAGE
	local name=${1#docs/} into kind n where folder='' wrong='' at='' rule=''
	into=$work/${name%.md}
	mkdir -p "$into"
	blocks "$1" "$into"
	for kind in "$into"/*.kind; do
		[ -e "$kind" ] || return
		n=${kind%.kind}
		where=$1:$(cat "$n.line")
		read -ra words <"$kind"
		if [ "${words[0]}" = sh ]; then
			[ -d "$into/shop" ] || fresh "$into/shop" "$1"
			[ -z "$rule" ] || cp "$rule" "$into/shop/rules/own.lua"
			shell_lines "$n.text" "$into/shop" "$where"
			continue
		fi
		case ${words[1]:-} in
		more) cp "$n.text" "$folder/rules/$(basename "$n").lua" ;;
		settings) cp "$n.text" "$folder/settings.lua" ;;
		dealership) cp "$n.text" "$folder/dealership.lua" ;;
		*)
			[ -z "$folder" ] || judge "$folder" "$at" "$wrong"
			folder=$n.shop at=$where wrong=${words[2]:-}
			fresh "$folder" "$1"
			cp "$n.text" "$folder/rules/example.lua"
			[ -n "$wrong" ] || rule=$n.text
			;;
		esac
	done
	[ -z "$folder" ] || judge "$folder" "$at" "$wrong"
}

rm -rf "$work"
mkdir -p "$work"
for p in "$@"; do page "$p"; done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
