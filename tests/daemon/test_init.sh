#!/usr/bin/env bash
# A fresh folder teaches: what its remarks show works once the dashes are gone,
# and every number there is to change stands there with what it is now.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
# what stands behind set(, with the units in English
numbers() { # numbers FOLDER
	sed -nE 's/^-- (set\("[a-z0-9._]+", [^)]*\)) .*(\([^()]*\))$/\1 \2/p' "$1/settings.lua" |
		sed -E 's/werkminuten/work minutes/g; s/werkminuut/work minute/g
			s/werkuren/work hours/g; s/werkuur/work hour/g
			s/werkdagen/work days/g; s/werkdag/work day/g
			s/minuten/minutes/g; s/dagen/days/g; s/dag\b/day/g
			s/weken/weeks/g; s/maanden/months/g; s/(1 jaar)/1 year/g
			s/jaar/years/g'
}
teaches() { # teaches FOLDER TEST-OF-OWN-LUA STANDARD THOUSANDS
	local dir=$1 missing='' one name default
	code "$dir: is right" 0 fl -C "$dir" check
	code "$dir: is laid out as fmt would" 0 fl -C "$dir" fmt --check
	fl -C "$dir" post note.added --id x >/dev/null 2>&1 # its rules go live
	fl -C "$dir" --json status | grep -oE '"settings":\[.*\]' | grep -oE '\{[^}]*\}' >settings.json
	if [ "$(wc -l <settings.json)" -ge 12 ]; then ok "there are settings"; else not_ok "there are settings" "$(cat settings.json)"; fi
	while read -r one; do
		name=$(sed -E 's/.*"name":"([^"]*)".*/\1/' <<<"$one")
		default=$(sed -E 's/.*"default":"?([^",]*).*/\1/; t' <<<"$one")
		case $one in *'"default_text"'*) default=$(sed -E 's/.*"default_text":"([^"]*)".*/\1/' <<<"$one") ;; esac
		case $one in # the files are alike in both languages
		*'"type":"percent"'*) default=${default/./,} ;;
		*'"type":"money"'*) default=${default/,/.} ;;
		esac
		grep -F -- "-- set(\"$name\"," "$dir/settings.lua" | grep -qF "($default)" ||
			missing="$missing $name ($default)"
	done <settings.json
	is "$dir: each is in settings.lua with its value" "" "$missing"
	sed -i 's/^-- set(/set(/' "$dir/settings.lua"
	sed -i -E 's/^  -- (closed|open) =/  \1 =/' "$dir/dealership.lua"
	sed -i -E '/^-- (cadence|rule|test) "/,/^-- (}|end\))$/s/^-- ?//' "$dir/rules/own.lua"
	is "$dir: cards to take over" 2 "$(grep -cE '^(cadence|rule) "' "$dir/rules/own.lua")"
	is "$dir: numbers to change" "$(wc -l <settings.json)" "$(grep -c '^set(' "$dir/settings.lua")"
	code "$dir: without their dashes they are right" 0 fl -C "$dir" check
	code "$dir: their test passes" 0 fl -C "$dir" test "$2"
	has "and is one" '^1 passed, 0 failed' "$out"
	code "$dir: they go live" 0 fl -C "$dir" reload
	out=$(fl -C "$dir" status)
	has "amounts too" "big_purchase +€ 60${4}000 +$3: € 50${4}000" "$out"
}
code "a folder" 0 fl init s
has "says what is in it, in its language" 's is gemaakt' "$out"
code "one in English" 0 fl init e --language en
has "says it in English" 'made e' "$out"
is "the same numbers in both" "$(numbers e)" "$(numbers s)"
is "all of them" "$(grep -c '^-- set(' e/settings.lua)" "$(numbers s | wc -l)"
teaches s "na een voorstel" standaard .
has "numbers and all" 'tempo +4 weken' "$out"
has "percents as people write them" 'goodwill_least +1% +standaard: 0,5%' "$out"
teaches e "after an offer" standard ,
has "numbers and all" 'tempo +4 weeks' "$out"
has "what it says is English" 'rules +number' "$out"
code "a language it does not know" 2 fl init d --language de
has "names those it does" 'nl or en, not "de"' "$out"
is "and makes nothing" "" "$(ls -d d 2>/dev/null)"
code "a copy speaks as what it copies" 2 fl init d --from e --language nl
code "so" 0 fl init d --from e
has "in its language" '^made d' "$out"
code "help in a Dutch folder" 0 fl -C s help publish
has "is Dutch" 'ja zeggen tegen regels die wachten' "$out"
code "all of it" 0 fl -C s help
has "too" '^gebruik: fairlead' "$out"
has "every command" '^  why-not KAART WIE +waarom een kaart niets doet' "$out"
for folder in s e; do
	wide=$(for command in $(fl --json help | grep -oE '"command":"[^"]+"' | cut -d'"' -f4); do
		fl -C $folder help "$command"
	done | awk 'length > 79')
	is "no line of help is wider than a terminal, in $folder" "" "$wide"
done
code "where the terminal is Dutch" 0 env LC_ALL=nl_NL.UTF-8 "$FAIRLEAD" help init
has "it is Dutch outside of a folder" 'een map voor een bedrijf maken' "$out"
code "but a folder's language wins" 0 env LC_ALL=nl_NL.UTF-8 "$FAIRLEAD" -C e help init
has "over the terminal" 'make a dealership folder' "$out"
help=$(fl help)
for group in Seller "Dealer admin" Operator Consultant; do has "help for the $group" "^$group" "$help"; done
# what editors read
rm s/.fairlead/events.lua s/.fairlead/kinds.lua
echo 'this is no lua (' >s/.fairlead/fairlead.lua
code "what editors read are no rules" 0 fl -C s check
before=$(fl -C s --json status | grep -oE '"rulesets":[0-9]+')
code "it is brought up to date" 0 fl init --editor s
has "with every event" 'deal\.signed' "$(cat s/.fairlead/events.lua)"
has "and every kind" '@class Deal' "$(cat s/.fairlead/kinds.lua)"
has "and every word" '^function cadence' "$(cat s/.fairlead/fairlead.lua)"
code "the rules are as they were" 0 fl -C s reload
is "the same ones" "$before" "$(fl -C s --json status | grep -oE '"rulesets":[0-9]+')"
code "not in a folder that is none" 1 fl init --editor nowhere
is "and makes none" "" "$(ls -d nowhere 2>/dev/null)"
code "nor while making one" 2 fl init --editor --training t
has "help tells it to programs" '"option":"--editor"' "$(fl --json help)"
