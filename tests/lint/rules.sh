#!/usr/bin/env bash
# rules.sh BINARY: rule files that ship, and those of the tests that are meant
# to be right, are laid out by fmt and clean for luacheck with the settings
# that `init` gives.
set -u
fairlead=$1 passed=0 failed=0
mapfile -t files < <(find scripts/init scripts/packs examples tests/script/rooftop \
	-name '*.lua' | LC_ALL=C sort)
ok() { # ok CODE WHAT OUTPUT
	if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else
		echo "not ok - $2"
		sed 's/^/  /' <<<"$3"
		failed=$((failed + 1))
	fi
}
out=$("$fairlead" fmt --check "${files[@]}" 2>&1)
ok $? "these files are not laid out: fairlead fmt FILE" "$out"
if command -v luacheck >/dev/null; then
	out=$(luacheck --config scripts/editor/luacheckrc --no-color -q "${files[@]}" 2>&1)
	ok $? "luacheck finds" "$out"
	out=$(echo 'rule "x" { about = "deal", strats = hndler }' |
		luacheck --config scripts/editor/luacheckrc --no-color -q - 2>&1)
	[ $? -ne 0 ] && grep -q hndler <<<"$out"
	ok $? "luacheck finds nothing where something is wrong" "$out"
else
	echo "# luacheck is not here, skipped: tests/tools/deps.sh lint"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
