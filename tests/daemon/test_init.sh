#!/usr/bin/env bash
# A fresh folder teaches: what its remarks show works once the dashes are gone,
# and every number there is to change stands there with what it is now.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
code "a folder" 0 fl init s
code "is right" 0 fl -C s check
code "is laid out as fmt would" 0 fl -C s fmt --check
fl -C s post note.added --id x >/dev/null 2>&1 # its rules go live
fl -C s --json status | grep -oE '"settings":\[.*\]' | grep -oE '\{[^}]*\}' >settings.json
if [ "$(wc -l <settings.json)" -ge 12 ]; then ok "there are settings"; else not_ok "there are settings" "$(cat settings.json)"; fi
missing=
while read -r one; do
	name=$(sed -E 's/.*"name":"([^"]*)".*/\1/' <<<"$one")
	default=$(sed -E 's/.*"default":"?([^",]*).*/\1/' <<<"$one")
	case $one in
	*'"type":"percent"'*) default=$(awk "BEGIN { print $default * 100 }" | tr . ,)% ;;
	*'"type":"money"'*) default="€ $(awk "BEGIN { print $default / 100000 }").000" ;;
	esac
	grep -qF -- "-- set(\"$name\"," s/settings.lua &&
		grep -F -- "-- set(\"$name\"," s/settings.lua | grep -qF "($default)" ||
		missing="$missing $name ($default)"
done <settings.json
is "each is in settings.lua with its value" "" "$missing"
sed -i 's/^-- set(/set(/' s/settings.lua
sed -i -E 's/^  -- (closed|open) =/  \1 =/' s/dealership.lua
sed -i -E '/^-- (cadence|rule|test) "/,/^-- (}|end\))$/s/^-- ?//' s/rules/own.lua
is "cards to take over" 2 "$(grep -cE '^(cadence|rule) "' s/rules/own.lua)"
is "numbers to change" "$(wc -l <settings.json)" "$(grep -c '^set(' s/settings.lua)"
code "without their dashes they are right" 0 fl -C s check
code "their test passes" 0 fl -C s test "after an offer"
has "and is one" '^1 passed, 0 failed' "$out"
code "they go live" 0 fl -C s reload
out=$(fl -C s status)
has "numbers and all" 'tempo +4 weeks' "$out"
has "amounts too" 'big_purchase +€ 60.000 +standaard: € 50.000' "$out"
has "percents as people write them" 'goodwill_least +1% +standaard: 0,5%' "$out"
help=$(fl help)
for group in Seller "Dealer admin" Operator Consultant; do has "help for the $group" "^$group" "$help"; done
# what editors read
rm s/.fairlead/events.lua
echo 'this is no lua (' >s/.fairlead/fairlead.lua
code "what editors read are no rules" 0 fl -C s check
before=$(fl -C s --json status | grep -oE '"rulesets":[0-9]+')
code "it is brought up to date" 0 fl init --editor s
has "with every event" 'deal\.signed' "$(cat s/.fairlead/events.lua)"
has "and every word" '^function cadence' "$(cat s/.fairlead/fairlead.lua)"
code "the rules are as they were" 0 fl -C s reload
is "the same ones" "$before" "$(fl -C s --json status | grep -oE '"rulesets":[0-9]+')"
code "not in a folder that is none" 1 fl init --editor nowhere
is "and makes none" "" "$(ls -d nowhere 2>/dev/null)"
code "nor while making one" 2 fl init --editor --training t
has "help tells it to programs" '"option":"--editor"' "$(fl --json help)"
