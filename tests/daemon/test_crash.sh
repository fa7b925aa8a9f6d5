#!/usr/bin/env bash
# A rule during which the process dies is skipped for that fact afterwards.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
shop s
cat >s/rules/burn.lua <<'LUA'
rule "burn" { about = "deal",
  when "contact.made" { run = function(deal, event, act)
    print("burning " .. event.id)
    local n = 0
    for i = 1, 2500000 do n = n + i % 7 end
    act.note("burnt")
  end },
}
rule "calm" { about = "deal",
  when "contact.made" { run = function(deal, event, act) act.note("calm") end },
}
LUA
serve s serve
fl -C s post lead.received --id lead --source t customer.name="Jo Peeters" customer.email=jo@x.nl >/dev/null
contact() { fl -C s post contact.made --id "$1" --source t subject=D3 channel=email direction=in; }
code "the rules work" 0 contact fine
has_not "nothing has crashed" "brought fairlead down" "$(fl -C s status)"
crashed() { fl -C s status | grep -q "brought fairlead down"; }
serves() { [ "$(grep -c "serves again" serve.log)" -ge "$try" ]; }
for try in $(seq 1 6); do # it takes some milliseconds: look, then shoot
	victim=$(worker)
	contact "c$try" >/dev/null 2>&1 &
	posting=$!
	for ((i = 0; i < 20000; i++)); do # without a process of its own
		mapfile -t lines <serve.log
		[[ ${lines[*]: -2} == *"burning c$try"* ]] && break
	done
	kill -SEGV "$victim" 2>/dev/null
	wait "$posting"
	until_true serves || not_ok "it comes back" "$(tail -3 serve.log)"
	crashed && break
done
if crashed; then ok "a death inside a rule is noted ($try tries)"; else not_ok "a death inside a rule is noted" "$(fl -C s status)" "$(tail -5 serve.log)"; fi
has "with its card" "card own/burn brought fairlead down once at t c$try: the program fell over, signal 11" "$(fl -C s status)"
has "and the worker said so" "a rule ended the process" "$(cat serve.log)"
code "the fact is taken when it comes again" 0 contact "c$try"
number=$(grep -oE 'E[0-9]+' <<<"$out" | head -1)
has "only that rule was skipped" "cut\(crash\)" "$(fl -C s why "$number" 2>&1)"
is "the manager is told once" 1 "$(fl -C s today sanne | grep -c "burn.lua:1")"
code "the next fact runs it" 0 contact next
next=$(grep -oE 'E[0-9]+' <<<"$out" | head -1)
has_not "as if nothing had been" "cut\(crash\)" "$(fl -C s why "$next" 2>&1)"
code "it can be tried again" 0 fl -C s retry "$number"
code "audit agrees" 0 fl -C s audit
stop
is "and stops with 0" 0 $?
