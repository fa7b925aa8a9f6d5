#!/usr/bin/env bash
# Without a daemon each command opens the folder itself: the same answers.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
play() { # play DIR: the same story, answers on stdout
	local dir=$1
	fl -C "$dir" clock 2030-09-02T10:00
	fl -C "$dir" --json post lead.received customer.name="Sofie Peeters" customer.phone=0612345678 channel=web --id one
	fl -C "$dir" --json post lead.received customer.name="Sofie Peeters" customer.phone=0612345678 channel=web --id one
	fl -C "$dir" --json today jan
	fl -C "$dir" --json answer "Sofie Peeters" reached --id two
	fl -C "$dir" --json answer "Sofie Peeters" nonsense --id three
	fl -C "$dir" --json post no.such x=1
	fl -C "$dir" --json post - <<-'END'
		{"type":"contact.made","source":"pbx","id":"1","data":{"customer":"Sofie Peeters","channel":"phone"}}
		{"type":
		{"type":"lead.received","source":"web","id":"2","data":{"customer":{"name":"Piet Bos","email":"p@bos.nl"}}}
	END
	fl -C "$dir" --json import "$TREE"/examples/leads/*
	fl -C "$dir" --json deal "Sofie Peeters"
	fl -C "$dir" --json find bos
	fl -C "$dir" clock +"2 days"
	fl -C "$dir" --json today
	fl -C "$dir" --json why "Piet Bos"
	fl -C "$dir" --json late
	fl -C "$dir" --json reload
} 2>&1
shop a
shop b
play a >alone.txt
serve b serve
play b >served.txt
stop
# the rules went live, and engines started, at other moments
strip() { sed -E 's/"(live_since|since)[a-z_]*":("[^"]*"|[0-9]+),?//g; s/"(E|n)[0-9]+"/"E"/g; s/\bE[0-9]+\b/E/g; s/\bT[0-9]+(-[0-9]+)?\b/T/g; s/"number":[0-9]+/"number":0/g; s/"[DTCLV][0-9]+(-[0-9]+)?"/"R"/g' "$1"; }
if diff <(strip alone.txt) <(strip served.txt) >diff.txt; then ok "the same answers, $(wc -l <alone.txt) of them"; else not_ok "the same answers" "$(head -c 2000 diff.txt)"; fi
has "with a lead in them" '"customer_name":"Sofie Peeters"' "$(cat alone.txt)"
has "the same id again is a repeat" '"repeat":true' "$(cat alone.txt)"
is "one broken line of three" 1 "$(grep -c '"status":400' alone.txt)"
code "audit of the one" 0 fl -C a audit
code "audit of the other" 0 fl -C b audit
code "two commands at once wait for each other" 0 bash -c '"$FAIRLEAD" -C a post lead.received customer.name=x customer.email=x@y.nl & "$FAIRLEAD" -C a post lead.received customer.name=z customer.email=z@y.nl && wait $!'
# questions do not write
before=$(fl -C a --json status | grep -oE '"events":[0-9]+')
fl -C a today >/dev/null
fl -C a deal "Sofie Peeters" >/dev/null
is "a question leaves no trace" "$before" "$(fl -C a --json status | grep -oE '"events":[0-9]+')"
# nobody follows the rule files: status says how they stand
shop t
fl -C t post lead.received customer.name=X customer.phone=0612345678 >/dev/null
has_not "files as they are live" 'differ' "$(fl -C t status)"
printf 'rule "extra" { title = "X", about = "deal", when "note.added" { run = function(deal, event, act) act.note("x") end } }\n' >t/rules/extra.lua
has "other files than those live" 'the rule files differ from the rules that are live' "$(fl -C t status)"
has "also as JSON" '"rules_differ":true' "$(fl -C t --json status)"
# a start honours reload.paused
touch t/reload.paused
has "and that they wait" 'changed rules wait' "$(fl -C t status)"
serve t serve
sleep 1
has "a start with reload.paused keeps the rules of before" '"ruleset":\{[^}]*"number":1,' "$(fl -C t --json status)"
rm t/reload.paused
for ((i = 0; i < 100; i++)); do
	fl -C t --json status | grep -q '"number":2,' && break
	sleep 0.1
done
has "and goes on when it is gone" '"ruleset":\{[^}]*"number":2,' "$(fl -C t --json status)"
stop
