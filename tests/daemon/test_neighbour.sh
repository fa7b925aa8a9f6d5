#!/usr/bin/env bash
# Every script that means harm (tests/script/hostile) as a rule of one dealership,
# one after the other, while somebody else goes on working: he is answered each
# time, no other card misses a fact, the process lives and its memory returns.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
shop s
for script in "$TREE"/tests/script/hostile/*.lua; do
	name=$(basename "$script" .lua)
	{
		echo "rule \"h-$name\" { about = \"deal\", when \"contact.made\" { run = function(deal, event, act)"
		echo "if event.id ~= \"$name\" then return end"
		echo "local deal, event, act, setting = (deal), (event), (act), (setting)"
		cat "$script"
		echo "end } }"
	} >"s/rules/h-$name.lua"
done
cat >s/rules/calm.lua <<'LUA'
field "deal.calm" { type = "number", default = 0 }
event "acme.won" { subject = "deal", fields = { score = "number" } }
rule "calm" { about = "deal",
  when "contact.made" { run = function(deal, event, act)
    act.set("calm", deal.calm + 1)
    act.note("calm " .. deal.calm + 1)
  end },
}
LUA
for file in $(fl -C s check --json | grep -oE 'rules/h-[a-z0-9-]+\.lua' | sort -u); do
	refused="${refused:-} $file"
	rm "s/$file"
done
code "all but those that check refuses are loaded" 0 fl -C s check
serve s serve
fl -C s post lead.received --id lead --source t customer.name="Jo Peeters" customer.email=jo@x.nl >/dev/null
fl -C s post contact.made --id first --source t subject=D3 channel=email direction=in >/dev/null
victim=$(worker)
rss() { awk '/VmRSS/ { print $2 }' "/proc/$victim/status"; }
before=$(rss)
neighbour() { # asks and posts until the file "enough" is there
	local i=0 from
	while [ ! -e enough ]; do
		i=$((i + 1))
		from=$(date +%s%N)
		fl -C s post lead.received --id "lead$i" --source beside customer.name="Neighbour $i" "customer.email=n$i@x.nl" >/dev/null || echo "lost $i"
		echo "took $((($(date +%s%N) - from) / 1000))"
		from=$(date +%s%N)
		fl -C s today sanne >/dev/null || echo "no answer $i"
		echo "took $((($(date +%s%N) - from) / 1000))"
	done
}
neighbour >neighbour.txt 2>&1 &
beside=$!
posted=1 lost=
for file in s/rules/h-*.lua; do
	name=$(basename "$file" .lua)
	fl -C s post contact.made --id "${name#h-}" --source t subject=D3 channel=email direction=in >/dev/null 2>&1 || lost="$lost $name"
	posted=$((posted + 1))
done
last=$(fl -C s post contact.made --id last --source t subject=D3 channel=email direction=in | grep -oE 'E[0-9]+' | head -1)
posted=$((posted + 1))
touch enough
wait "$beside"
is "$posted facts about it, each of them taken" "" "$lost"
is "the process is the same" "$victim" "$(worker)"
has "the other one has worked meanwhile" "took" "$(cat neighbour.txt)"
has_not "and was answered every time" "lost|no answer|fairlead" "$(cat neighbour.txt)"
awk '$1 == "took" { print $2 }' neighbour.txt | sort -n | awk '{ v[NR] = $1 } END {
	printf "# beside them: %d answers, median %.1f ms, the slowest of a hundred %.1f ms, slowest %.1f ms\n",
		NR, v[int((NR + 1) / 2)] / 1000, v[int(NR * 0.99) + (NR < 100)] / 1000, v[NR] / 1000 }'
is "the card beside them has seen each fact" "$posted" "$(fl -C s why "$last" | grep -oE 'calm [0-9]+' | grep -oE '[0-9]+' | head -1)"
after=$(rss)
if [ "$after" -lt $((before + 65536)) ]; then ok "memory returns ($before KiB, then $after)"; else not_ok "memory returns" "$before KiB, then $after"; fi
code "audit agrees" 0 fl -C s audit
stop
is "it stops with 0" 0 $?
