#!/usr/bin/env bash
# check as a dealer admin sees it: the line with carets, counts, both languages,
# --json, exit codes.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
shop s
code "a fresh folder is good" 0 fl -C s check
has "and says how much there is" 'good: [0-9]+ cards, [0-9]+ people' "$out"

cat >s/rules/wrong.lua <<'E2'
cadence "first" {
  starts = "visit.eended",
  step "a" { after = 2 work days task = call "Bel", who = role "sales_manger" },

cadence "second" {
  starts = "visit.ended", stop = "deal.signed",
  step "a" { after = "1 day", task = todo "x", unless = function(deal) return deal.lihgt == "green" end },
}
E2
echo 'rule "r" { about = "deal", when "deal.sgned" { mark = "flagged" } }' >s/rules/also.lua
code "mistakes end with 1" 1 fl -C s check
has "the event" 'wrong.lua:2: there is no event "visit.eended" \(did you mean visit.ended\?\) \[FL334\]' "$out"
has "its line" '^    2 \|   starts = "visit.eended",' "$out"
has "and carets under the word" '^      \|             \^{12}$' "$out"
has "the card that is not closed" 'wrong.lua:1: cadence "first" \{ is not closed' "$out"
has "the duration" 'wrong.lua:3: A duration needs quotes. Write "2 work days"' "$out"
has "the role behind it" 'wrong.lua:3: there is no role "sales_manger" \(did you mean sales_manager\?\)' "$out"
has "the next card all the same" 'wrong.lua:6: cadence has no key "stop" \(did you mean stops\?\)' "$out"
has "and the field in its function" 'wrong.lua:7: .* has no field "lihgt"' "$out"
has "the other file" 'also.lua:1: there is no event "deal.sgned"' "$out"
has "counts" '^[0-9]+ mistakes in 2 files, nothing was changed$' "$out"
is "by file and line" "$(grep -oE '^rules/[a-z]+\.lua:[0-9]+' <<<"$out")" \
	"$(grep -oE '^rules/[a-z]+\.lua:[0-9]+' <<<"$out" | sort -t: -k1,1 -k2,2n)"
english=$(fl -C s check --json)
has "as JSON, with the place" '"column":13,.*"line":2,' "$english"
sed -i 's/language = "en"/language = "nl"/' s/dealership.lua
code "in Dutch" 1 fl -C s check
has "the same event" 'wrong.lua:2: er is geen gebeurtenis "visit.eended" \(bedoel je visit.ended\?\) \[FL334\]' "$out"
has "the count" '^[0-9]+ fouten in 2 bestanden, er is niets veranderd$' "$out"
codes() { grep -oE '"code":"FL[0-9]+"|"line":[0-9]+' <<<"$1"; }
is "codes and lines do not depend on the language" "$(codes "$english")" "$(codes "$(fl -C s check --json)")"

rm s/rules/wrong.lua s/rules/also.lua
cat >s/rules/odd.lua <<'E2'
cadence "odd" { about = "deal", starts = "deal.signed", stops = "deal.signed",
  step "a" { after = "1 day", task = todo "x", who = role "importer" } }
E2
code "warnings alone end with 0" 0 fl -C s check
has "who enters leaves" 'odd.lua:1: let op: wie in "odd" komt gaat er meteen uit' "$out"
has "nobody has the role" 'odd.lua:2: let op: .*"importer".*\[FL353\]' "$out"
has "counted" 'goed: .*, 2 waarschuwingen;' "$out"
# an older standard pack: what is wrong in it says how to bring it up to date
shop old
fl -C old post note.added --id x >/dev/null 2>&1 # its rules go live
sed -i 's/^cadence "own-tempo" {$/&\n  older_key = 1,/' old/packs/standard/own-tempo.lua
code "a mistake in an older standard pack" 1 fl -C old check
has "is told" 'packs/standard/own-tempo.lua:[0-9]+: .*older_key' "$out"
has "with the age of the pack, and what to type" 'packs/standard.*not the standard pack of this fairlead.*fairlead init ../new; rm -r packs/standard; cp -r ../new/packs/standard packs/.*\[FL551\]' "$(tr '\n' ' ' <<<"$out")"
sed -i '/older_key/d' old/packs/standard/own-tempo.lua
cat >>old/packs/standard/own-tempo.lua <<'E3'

test "never so" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("visit.ended", { deal = t:deal { handler = "jan", state = "visited" } })
  t:expect_state(t:deal { handler = "jan" }, "signed")
end)
E3
code "a test of it that fails" 1 fl -C old test packs/standard
has "too" 'FL551' "$out"
code "and holds the rules back" 1 fl -C old reload
has "with the same words" 'FL551' "$out"
has "in this dealer's language" 'own-tempo.lua:[0-9]+: the test "never so" fails. .*expected "signed", it is' "$(tr '\n' ' ' <<<"$out")"
mkdir -p old/packs/acme
sed 's/^test "never so"/test "nor so"/' old/packs/standard/own-tempo.lua | sed -n '/^test "nor so"/,$p' >old/packs/acme/a.lua
cp -r s/packs/standard/own-tempo.lua old/packs/standard/own-tempo.lua
code "another pack's test that fails" 1 fl -C old test
has "is told in this dealer's language, too" 'expected "signed", it is' "$out"
has_not "has nothing to do with it" 'FL551' "$out"
echo 'rule "abroad" { about = "deal", when "deal.signed" { task = todo "x", who = role "importer" } }' >old/packs/acme/b.lua
code "holds the rules back" 1 fl -C old reload
is "a warning beside it is told once" 1 "$(grep -c FL353 <<<"$out")"

# a pack of one's own may name somebody who works here, also in a function
mkdir -p s/packs/ours
cp s/dealership.lua before.lua
echo 'person "kim_desk" { name = "Kim", roles = { "seller" } }' >>s/dealership.lua
cat >s/packs/ours/a.lua <<'E4'
rule "ours" {
  about = "deal",
  when "deal.signed" {
    run = function(deal, event, act)
      act.task { kind = "todo", title = "Flowers", who = "kim_desk", due = event.at }
    end,
  },
}
E4
code "a pack of one's own that names a person is good" 0 fl -C s check
code "and its tests run with the people here" 0 fl -C s test
rm -r s/packs/ours
mv before.lua s/dealership.lua
