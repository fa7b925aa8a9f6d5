#!/usr/bin/env bash
# Rules that no limit ends, and rules that make the process fall over, from the
# first death to quarantine, with the real supervisor. hang.c sees to it that
# the watchdog's flag ends nothing.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
if [ -z "${HANG:-}" ]; then
	ok "# skip: a sanitizer wants to stand in front itself"
	exit 0
fi
shop s
burn() { # burn NAME PREFIX: hangs at facts whose id begins so
	echo "rule \"$1\" { about = \"deal\", when \"contact.made\" { run = function(deal, event, act)"
	echo "  if event.id:find(\"^$2\") then while true do end end"
	echo "  act.note(\"$1\")"
	echo "end } }"
}
{ burn burn bad && burn second poison && burn third poison && burn zlast poison; } >s/rules/burn.lua
export LD_PRELOAD=$HANG
serve s serve
unset LD_PRELOAD
fl -C s post lead.received --id lead --source t customer.name="Jo Peeters" customer.email=jo@x.nl >/dev/null
contact() { fl -C s post contact.made --id "$1" --source t subject=D3 channel=email direction=in; }
deaths=0
serves() { [ "$(grep -c "serves again" serve.log)" -ge "$deaths" ]; }
dies() { # dies WHAT ID: the fact is answered "unknown", and the daemon is back
	deaths=$((deaths + 1))
	code "$1: nobody knows what became of the fact" 3 contact "$2"
	until_true serves || until_true serves || not_ok "$1: it comes back" "$(tail -3 serve.log)"
}
after() { echo "E$((${1#E} + $2))"; } # what that event caused
number() { grep -oE 'E[0-9]+' <<<"$out" | head -1; }

dies "a rule that does not come back" bad1
has "the worker ended itself" "a rule did not come back" "$(cat serve.log)"
has "the supervisor says why" "ended a rule that did not come back" "$(cat serve.log)"
status=$(fl -C s status)
has "status names the card, the fact and how" "card own/burn brought fairlead down once at t bad1: the rule did not come back" "$status"
has "and that it was started again, and why" "started again on .*: a rule did not come back" "$status"
sed -i 's/language = "en"/language = "nl"/' s/dealership.lua
has "in Dutch too" "kaart own/burn bracht fairlead een keer tot stilstand bij t bad1: de regel kwam niet terug" "$(fl -C s status)"
has "with the start" "opnieuw gestart op .*: een regel kwam niet terug" "$(fl -C s status)"
sed -i 's/language = "nl"/language = "en"/' s/dealership.lua
code "sent again, the fact is taken" 0 contact bad1
first=$(number)
why=$(fl -C s why "$first" 2>&1)
has "without that rule" "own/burn: cut\(crash\)" "$why"
has "the others ran" "own/zlast: note: zlast" "$why"
has "it is an event" '"type":"card.crashed"' "$(fl -C s why "$(after "$first" 2)" --json 2>&1)"
is "and one task" 1 "$(fl -C s today sanne | grep -c "rules/burn.lua:1")"

touch fault
dies "a rule that makes it fall over" bad2
rm fault
status=$(fl -C s status)
has "status tells the signal" "own/burn brought fairlead down once at t bad2: the program fell over, signal 11" "$status"
has "of the start, too" "started again on .*: the program fell over, signal 11" "$status"
code "this fact is taken as well" 0 contact bad2
dies "the third time" bad3
code "and taken" 0 contact bad3
has "the card is set aside" "card own/burn is set aside \(rules/burn.lua:1, E[0-9]+\): rules/burn.lua:1: the rule did not come back in this event" "$(fl -C s status)"
code "what it would hang at is a fact like any other" 0 contact bad4
has "nobody runs it" "own/burn: cut\(quarantined\)" "$(fl -C s why "$(number)" 2>&1)"

dies "a fact that no rule bears" poison1
dies "the second of its rules" poison1
dies "the third of its rules" poison1
code "then it is journalled" 0 contact poison1
poison=$(number)
has "and set aside" '"type":"event.set_aside"' "$(fl -C s why "$(after "$poison" 1)" --json 2>&1)"
has_not "with no card run" "own/" "$(fl -C s why "$poison" 2>&1)"
has "of which the manager knows" "No rule has looked at fact $poison \(contact.made\)" "$(fl -C s today sanne)"
code "what comes behind it is taken at once" 0 contact good1
has "and its rules run" "own/second: note: second" "$(fl -C s why "$(number)" 2>&1)"

{ echo 'rule "burn" { about = "deal", when "contact.made" { run = function(deal, event, act) act.note("mended") end } }'; } >s/rules/burn.lua
code "mended rules" 0 fl -C s reload
status=$(fl -C s status)
has_not "and everybody gets another chance" "set aside|brought fairlead down" "$status"
code "retry" 0 fl -C s retry "$first"
has "runs what was skipped" "own/burn: note: mended" "$(fl -C s why "$(number)" 2>&1)"
code "audit agrees" 0 fl -C s audit
stop
is "it stops with 0" 0 $?
