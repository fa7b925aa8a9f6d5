#!/usr/bin/env bash
# A dealer's weeks on a training clock, with the daemon running.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
shop s
serve s serve --clock manual
log=$(cat serve.log)
has "it says which folder" "folder +/" "$log"
has "and how many cards" "rules +[0-9]+ cards, 0 mistakes" "$log"
has "and how the clock goes" "moved by hand" "$log"
has "and which socket" "socket +/.*fairlead.sock" "$log"
has "and three things to try, with its own path" "$FAIRLEAD -C /.* post lead.received" "$log"
code "the clock goes to a Monday" 0 fl -C s clock 2030-09-02T10:00
code "a lead is posted" 0 fl -C s post lead.received customer.name="Sofie Peeters" customer.phone=0612345678 channel=web
has "its event is named" '^E[0-9]+ on disk' "$out"
has "and on whose list it landed" '-> T[0-9]+ for jan +standard/first-response/call' "$out"
lead=${out%% *}
has "and its id" 'id cli-[0-9a-f]{24}' "$out"
code "the seller's list" 0 fl -C s today jan
has "holds the call" 'call +Sofie Peeters +\+31612345678' "$out"
task=$(grep -oE 'T[0-9]+' <<<"$out" | head -n 1)
code "why names card, file and line" 0 fl -C s why "$task"
has "the card" 'standard/first-response' "$out"
has "the file and line" 'packs/standard/first-response.lua:[0-9]+' "$out"
has "and the step" 'standard/first-response .*, step call' "$out"
code "the answer" 0 fl -C s answer "$task" reached
code "again: it is answered" 1 fl -C s answer "$task" reached
has "and says so" "$task|not open|beantwoord|answered" "$out"
code "her story by phone" 0 fl -C s deal 0612345678
has "is hers" 'Sofie Peeters' "$out"
code "by name, without quotes" 0 fl -C s deal sofie peeters
code "found by a part of the name" 0 fl -C s find peet
has "with her deal" 'D[0-9]+' "$out"
code "she may be called" 0 fl -C s post consent.given customer="Sofie Peeters" channel=phone purpose=help
code "a visit begins" 0 fl -C s post visit.started customer="Sofie Peeters" person=jan
code "and ends" 0 fl -C s post visit.ended customer="Sofie Peeters" outcome=thinking turned_over_to=piet
code "what is coming" 0 fl -C s coming "Sofie Peeters" --for "3 months"
has "names the rhythm" 'own-tempo/rhythm' "$out"
code "why not the fails department" 1 fl -C s why-not fails-department "Sofie Peeters"
has "no case is there" 'FL504' "$out"
code "why not a touch today" 0 fl -C s why-not own-tempo Sofie Peeters
has "inside since" 'inside since' "$out"
has "and what the function read" 'customer.tempo_days = nothing' "$out"
has "the first that says no" 'first no: +ask-tempo: comes' "$out"
code "as the cards of the lead saw it" 0 fl -C s why-not own-tempo Sofie Peeters --at "$lead"
has "it had not started then" 'first no: +starts at .*visit.ended.: never happened' "$out"
served=$(fl -C s why-not own-tempo Sofie Peeters --at 2030-09-02T12:00 --json)
has "by the rules of then" '"ruleset":[0-9]' "$served"
code "nothing is orphaned" 0 fl -C s orphans
has "and it says so" 'nothing falls silent: all that is open .[1-9]' "$out"
code "ahead, everybody" 0 fl -C s ahead --for "6 months"
has "by month and card" '2030-10 +standard/own-tempo' "$out"
code "three weeks and a day pass" 0 fl -C s clock +"22 days"
code "her seller's list then" 0 fl -C s today jan
has "has the touch of the rhythm" 'Still thinking it over' "$out"
code "nothing came late" 0 fl -C s late
has "and it says so" 'every fact fitted' "$out"
code "a fact that does not fit is kept" 0 fl -C s post contact.made customer="No Body" channel=phone --source dms --id d1
has "and says so" 'does not fit' "$out"
code "late shows it" 0 fl -C s late
has "with its type" 'Spoke' "$out"
code "the clock does not go back" 1 fl -C s clock 2020-01-01
code "the seller is away" 0 fl -C s person away jan --until 2030-12-01 --deputy piet
code "today shows it" 0 fl -C s today jan
has "with the deputy" 'away until .*, Piet stands in' "$out"
code "the deputy's list" 0 fl -C s today piet
has "shows whose it is" 'Still thinking it over.*\(for Jan\)' "$out"
code "and back" 0 fl -C s person back jan
has_not "with a list of his own" 'stands in' "$out"
code "away without a deputy" 0 fl -C s person away jan --until "2030-09-25 12:00"
has "the next in the team stands in" 'Piet stands in' "$out"
code "the same as data" 0 fl -C s person away jan --until "2030-09-25 12:00" --json
has "names who stands in" '"stands_in":"piet","stands_in_name":"Piet"' "$out"
has "and the event" '"event":"E[0-9]+"' "$out"
has "and that is on record" 'Piet stands in \(next in team\)' "$(cat serve.log)"
code "the day passes" 0 fl -C s clock 2030-09-25T13:00
has_not "and he is back by himself" 'away' "$(fl -C s today jan)"
code "cards that ran are not run again" 1 fl -C s retry "$lead"
code "status" 0 fl -C s status
has "counts facts" 'facts +[0-9]+' "$out"
code "audit agrees beside the daemon" 0 fl -C s audit
has "in words" 'everything agrees' "$out"
stop
is "it stops with 0" 0 $?
has "and says that all is on disk" 'stopped' "$(cat serve.log)"
if [ ! -e s/data/fairlead.sock ]; then ok "the socket is gone"; else not_ok "the socket is gone"; fi
code "audit agrees afterwards" 0 fl -C s audit
# the same folder in Dutch: labels and answers follow it, broken files or not
sed -i 's/language = "en"/language = "nl"/' s/dealership.lua
code "audit, in Dutch" 0 fl -C s audit
has "in Dutch words" 'feiten nagerekend; vergeleken: [0-9]+ records, taken: [0-9]' "$out"
has "closes in Dutch" '^alles klopt$' "$out"
has "today in Dutch" 'te laat' "$(fl -C s today jan)"
has "status in Dutch" 'open taken +[0-9]' "$(fl -C s status)"
echo 'rule "x" {' >>s/rules/own.lua
has "also when the rules are broken" 'wil geen contact|niemand gevonden voor' "$(fl -C s find zzzz)"
