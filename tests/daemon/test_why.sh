#!/usr/bin/env bash
# Why, over several rulesets: what was decided then is told by the rules of
# then, also when the card has another title, another place, or is gone.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
shop s
cp s/rules/own.lua own.bak
card() { # card TITLE WAIT [LINE]
	cp own.bak s/rules/own.lua
	printf '%s' "${3:-}" >>s/rules/own.lua
	cat >>s/rules/own.lua <<END
cadence "look" { title = "$1", about = "deal", starts = "quote.presented",
  step "call" { after = "$2", task = call "Call {customer.name}", who = handler, purpose = "service" } }
END
}
first() { fl -C s --json today jan | grep -oE '"card":"own/look"[^}]*"task":"T[0-9]+' | grep -oE 'T[0-9]+$' | sort -V | sed -n "$1p"; }
card "The first title" "2 work days"
fl -C s clock 2030-09-02T10:00 >/dev/null
fl -C s post lead.received customer.name="Sofie Peeters" customer.phone=0612345678 channel=web >/dev/null
fl -C s answer "Sofie Peeters" reached >/dev/null
fl -C s post lead.assigned customer="Sofie Peeters" to=jan >/dev/null
quote=$(fl -C s post quote.presented customer="Sofie Peeters" amount=2000000 | grep -oE 'E[0-9]+' | head -n 1)
fl -C s clock +"2 days" >/dev/null
task=$(first 1)
code "a task of the first rules" 0 fl -C s why "$task"
has "names its card as it is called" 'own/look \(The first title\), step call' "$out"
has "the line it stands on" 'rules/own.lua:[0-9]+  step "call" \{ after = "2 work days"' "$out"
has "and what began it" "began with: .*  $quote$" "$out"
line=$(grep -oE 'own.lua:[0-9]+' <<<"$out")
was=$(fl -C s --json why "$task")
card "The second title" "5 work days" $'-- a line more\n'
code "other rules are live" 0 fl -C s reload
code "the same task is told by the rules of then" 0 fl -C s why "$task"
has "with the title of then" '\(The first title\)' "$out"
has "the wait of then" 'after = "2 work days"' "$out"
has "the line of then" "$line" "$out"
is "not one byte differs" "$was" "$(fl -C s --json why "$task")"
cp own.bak s/rules/own.lua
fl -C s reload >/dev/null
code "the card is gone" 0 fl -C s --json rulesets
code "and its task is still told" 0 fl -C s why "$task"
has "by the rules that had it" '\(The first title\), step call' "$out"
has "from the file as it was" "$line  step \"call\"" "$out"
code "so is the event that withdrew it" 0 fl -C s why "E$(fl -C s --json status | grep -oE '"last_event":"E[0-9]+' | grep -oE '[0-9]+$')"
