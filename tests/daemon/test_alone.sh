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
strip() { sed -E 's/"(live_since|since)[a-z_]*":("[^"]*"|[0-9]+),?//g; s/"(E|n)[0-9]+"/"E"/g; s/\bE[0-9]+\b/E/g; s/"number":[0-9]+/"number":0/g; s/"[DTCLV][0-9]+(-[0-9]+)?"/"R"/g' "$1"; }
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
