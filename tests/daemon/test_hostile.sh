#!/usr/bin/env bash
# Rules that never end or eat everything: cut, told, and nobody else notices.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
shop s
cat >s/rules/hostile.lua <<'LUA'
rule "loop" { about = "deal",
  when "contact.made" { run = function() while true do pcall(function() while true do end end) end end },
}
rule "pattern" { about = "deal",
  when "contact.made" { run = function() return (("a"):rep(40)):match(("a?"):rep(40) .. ("a"):rep(40)) end },
}
rule "memory" { about = "deal",
  when "contact.made" { run = function() local s = "x" while true do s = s .. s end end },
}
rule "calm" { about = "deal",
  when "contact.made" { run = function(deal, event, act) act.note("calm") end },
}
LUA
serve s serve
fl -C s post lead.received --id lead --source t customer.name="Jo Peeters" customer.email=jo@x.nl >/dev/null
contact() { fl -C "${shop:-s}" post contact.made --id "$1" --source t subject=D3 channel=email direction=in; }
cpu() { awk '{ print ($14 + $15) * 10 }' "/proc/$(worker)/stat"; } # ms
before=$(cpu)
code "the fact is answered" 0 contact one
took=$(($(cpu) - before))
# two of them are cut by time, 50 ms each; the third fills its 4 MB
if [ "$took" -lt 500 ]; then ok "after ${took} ms of work"; else not_ok "after ${took} ms of work"; fi
number=$(grep -oE 'E[0-9]+' <<<"$out" | head -1)
why=$(fl -C s why "$number" 2>&1)
has "the endless one was cut" "own/loop.*cut\(time\)|cut\(time\).*own/loop" "$(tr '\n' ' ' <<<"$why")"
has "the hungry one too" "cut\(memory\)" "$why"
has "with its pack" 'pack "own" takes more memory than a call gets \(4 MiB\)' "$why"
has "and the calm one ran" "own/calm: note: calm" "$why"
status=$(fl -C s status)
has "status tells who was cut and why" "card own/loop failed once, last at $number: takes more than 50 ms" "$status"
has "also for want of memory" 'card own/memory failed once, last at E[0-9]+: pack "own" takes more memory' "$status"
sed -i 's/language = "en"/language = "nl"/' s/dealership.lua && fl -C s reload >/dev/null
has_not "new rules begin anew" "own/loop" "$(fl -C s status)"
contact dutch >/dev/null
has "in Dutch, too" "kaart own/loop werkte een keer niet, laatst bij E[0-9]+: duurt langer dan 50 ms" "$(fl -C s status)"
sed -i 's/language = "nl"/language = "en"/' s/dealership.lua && fl -C s reload >/dev/null
for n in $(seq 2 22); do contact "more$n" >/dev/null; done
has "in the end they are set aside" "card own/loop is set aside \(rules/hostile.lua:1, E[0-9]+\): takes more than 50 ms" "$(fl -C s status)"
before=$(cpu)
code "and facts are quick again" 0 contact last
took=$(($(cpu) - before))
if [ "$took" -lt 60 ]; then ok "after ${took} ms"; else not_ok "after ${took} ms"; fi
code "audit agrees" 0 fl -C s audit
stop
is "and stops with 0" 0 $?

# many slow ones at once, none of which takes too long alone: the fact is
# answered in the time of one call and 100 ms, and the calm one is there
shop m
for n in $(seq 10 29); do
	printf 'rule "slow%s" { about = "deal", when "contact.made" { run = function(deal, event, act) for i = 1, 2000000 do end act.note("slow") end } }\n' "$n"
done >m/rules/many.lua
cat >m/rules/calm.lua <<'LUA'
rule "zz-calm" { about = "deal", when "contact.made" { run = function(deal, event, act) act.note("calm") end } }
LUA
serve m serve
fl -C m post lead.received --id lead --source t customer.name="Jo Peeters" customer.email=jo@x.nl >/dev/null
shop=m
before=$(cpu)
code "a fact of twenty slow cards" 0 contact one
took=$(($(cpu) - before))
if [ "$took" -lt 220 ]; then ok "after ${took} ms of work"; else not_ok "after ${took} ms of work"; fi
why=$(fl -C m why "$(grep -oE 'E[0-9]+' <<<"$out" | head -1)" 2>&1)
has "the calm one ran" "own/zz-calm: note: calm" "$why"
has "who took most is told how much" "own/slow[0-9]+.*cut\(time\).*this fact took the rules more than 50 ms, of which this card [0-9]+ ms" "$(tr '\n' ' ' <<<"$why")"
code "audit agrees here, too" 0 fl -C m audit
stop
is "and stops with 0" 0 $?
