#!/usr/bin/env bash
# Rules over a dealership's own past: the live rules come to what happened, a
# slower tempo to fewer tasks, and what nobody answered stays unknown.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
shop s
serve s serve --clock manual
count() { # count KEY: of the answer in $out
	grep -oE "\"$1\":-?[0-9]+" <<<"$out" | head -n 1 | grep -oE -- '-?[0-9]+$'
}
card() { # card CARD KEY
	grep -oE "\{\"card\":\"$1\"[^}]*\}" <<<"$out" |
		grep -oE "\"$2\":[0-9]+" | grep -oE '[0-9]+$'
}
answer_all() { # the seller answers whatever a word will do for
	local task
	for task in $(fl -C s today | grep -oE '^ +T[0-9]+(-[0-9]+)?'); do
		fl -C s answer "$task" reached >/dev/null 2>&1 ||
			fl -C s answer "$task" "done" >/dev/null 2>&1
	done
}
fl -C s clock 2030-09-02T10:00 >/dev/null
code "nothing has happened yet" 0 fl -C s backtest --json
is "and nothing differs" "0 0" "$(count was) $(count would)"
for i in 1 2 3 4 5 6; do
	fl -C s post lead.received customer.name="Klant Nummer$i" \
		customer.phone=061234567$i channel=web
	fl -C s post consent.given customer="Klant Nummer$i" channel=phone purpose=help
	fl -C s clock +"20 minutes"
	fl -C s post visit.started customer="Klant Nummer$i" person=jan
	fl -C s post visit.ended customer="Klant Nummer$i" outcome=thinking turned_over_to=piet
done >/dev/null
cat >facts.ndjson <<'END'
{"type":"lead.received","source":"dms","id":"x1","subject":"d0000001","data":{"customer":{"name":"Els Bakker","phone":"0611111111"},"channel":"web"}}
{"type":"deal.signed","source":"dms","id":"x2","data":{"deal":"d0000001","price":2000000}}
{"type":"contact.made","source":"dms","id":"x3","data":{"customer":"0612345671","channel":"phone"}}
END
fl -C s post --json facts.ndjson >post.log 2>&1
has "another system's facts are in" 'E[0-9]+' "$(cat post.log)"
fl -C s post appointment.set customer="Klant Nummer2" kind=visit at="2030-09-10 10:00" >/dev/null
fl -C s clock +"1 day" >/dev/null
stop
serve s serve --clock manual # numbers no longer go as those of a fresh one
fl -C s post deal.failed deal="Klant Nummer6" stage=financing reason=refused said_by=bank >fail.log
code "her case is there" 0 fl -C s find "Klant Nummer6" --json
case=$(fl -C s deal "Klant Nummer6" --json | grep -oE '"F[0-9]+(-[0-9]+)?"' | head -n 1 | tr -d '"')
has "made by a card, not by a fact" '^F[0-9]+' "$case"
code "and is taken up by its own number" 0 fl -C s post fails.case_accepted subject="$case" by=els
fl -C s person away piet --until 2030-09-20 >/dev/null
for i in $(seq 1 20); do
	answer_all
	fl -C s clock +"1 week" >/dev/null
done
code "the live rules over the past" 0 fl -C s backtest --json
is "come to the same number of tasks" "$(count was)" "$(count would)"
is "none fewer, none more" "0 0" "$(count fewer) $(count more)"
is "nothing is unknown" "0 0" "$(count unknown) $(count refused)"
is "no customer differs" 0 "$(count differ)"
has "to the end" '"cut":false' "$out"
was=$(card standard/own-tempo was)
is "card by card" "$was" "$(card standard/own-tempo would)"
[ "${was:-0}" -ge 30 ] && ok "the past holds a rhythm" || not_ok "the past holds a rhythm" "$was" "$out"

mkdir slow quick
cp -r s/dealership.lua s/settings.lua s/rules s/packs quick
echo 'set("tempo", "2 weeks")' >>quick/settings.lua
open=$(count open)
code "a quicker tempo" 0 fl -C s backtest quick --json
[ "$(count open)" -gt "$open" ] && ok "asks what nobody answered" ||
	not_ok "asks what nobody answered" "$open" "$out"
code "for people" 0 fl -C s backtest quick
has "says so" '[0-9]+ of these stay open: .* unknown' "$out"
cp -r s/dealership.lua s/settings.lua s/rules s/packs slow
echo 'set("tempo", "6 weeks")' >>slow/settings.lua
code "a slower tempo in another folder" 0 fl -C s backtest slow --json
is "the past is the same" "$was" "$(card standard/own-tempo was)"
would=$(card standard/own-tempo would)
[ "${would:-$was}" -lt "$was" ] && [ "${would:-0}" -gt 0 ] &&
	ok "asks less often" || not_ok "asks less often" "$would of $was" "$out"
[ "$(count fewer)" -ge $((was - would)) ] && ok "and it is counted" || not_ok "and it is counted" "$out"
[ "$(count unknown)" -gt 0 ] && ok "answers to what it does not ask are unknown" ||
	not_ok "answers to what it does not ask are unknown" "$out"
code "for people" 0 fl -C s backtest slow
has "sums" '[0-9]+ tasks there were, with these rules [0-9]+: [0-9]+ fewer' "$out"
has "months" '2030-10' "$out"
has "customers by name" 'Klant Nummer[1-6]  C[0-9]+' "$out"
has "what is unknown" 'these rules do not make: unknown' "$out"
code "only October" 0 fl -C s backtest slow --from 2030-10-01 --to 2030-10-31
has "is October" '2030-10' "$out"
has_not "and no other month" '2030-(09|11)' "$out"
code "the folder's own files are the default" 0 fl -C s backtest --from 2030-10-01
has "and differ in nothing" '0 fewer, 0 more' "$out"

code "before the first day" 0 fl -C s backtest --to 2020-01-01
is "there is no past" "nothing had happened by then" "$out"
code "no such folder" 1 fl -C s backtest nowhere
if command -v curl >/dev/null; then
	ask() { # ask JSON, over the socket as another system would
		curl -s --unix-socket s/data/fairlead.sock -H 'content-type: application/json' \
			-d "$1" http://localhost/v1/ask/backtest
	}
	out=$(ask "{\"candidate\":\"$PWD/slow\"}")
	has "a path of the daemon's disk is not read" 'FL502.*candidate' "$out"
	out=$(ask "{\"files\":\"$PWD/slow\"}")
	has "nor one where the files belong" 'FL503.*\{name, text\}' "$out"
	out=$(ask '{"files":[{"name":"rules/sent.lua","text":"cadence \"x\" {"}]}')
	has "files that are sent are read" 'rules/sent.lua' "$out"
else
	ok "# skip: no curl to ask over the socket with"
fi
mkdir big
cp -r s/dealership.lua s/settings.lua s/rules s/packs big
for i in 1 2 3 4 5; do
	yes -- "-- $i" | head -c 250000 >"big/rules/big$i.lua"
done
code "more than the daemon takes at once" 1 fl -C s backtest big
has "says what to do" 'at most 1 MiB.*does not run' "$out"
rm -r big
code "no such time" 1 fl -C s backtest --from someday
has "says which" 'from' "$out"
echo 'cadence "x" {' >slow/rules/broken.lua
code "broken rules" 1 fl -C s backtest slow
has "are named by line" 'rules/broken.lua' "$out"
code "all of it changed nothing" 0 fl -C s audit
stop
is "and the daemon ends well" 0 $?
