#!/usr/bin/env bash
# Tests beside cards, as a consultant runs them: names that are not there, tests
# that prove nothing, TAP, coverage.
. "$TREE/tests/daemon/lib.sh"
shop shop
cat >shop/rules/own.lua <<'LUA'
rule "thank" {
  about = "deal", starts = "visit.ended", stops = "deal.signed",
  step "call" {
    after = "1 day", who = handler, task = todo "thank",
    unless = function(deal) return deal.price ~= nil end,
    answers = { done = note "thanked", never = note "not needed" },
  },
  when "quote.presented" { run = function(deal, event, act) act.note("quoted") end },
}
test "good" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("visit.ended", { deal = deal, outcome = "thinking" })
  t:run_for "2 days"
  t:answers { card = "thank", outcome = "done" }
  t:expect_none { card = "thank" }
end)
LUA
code "a good test" 0 fl -C shop test rules/own
has "its line" '^ok 1 - good' "$out"
has "its plan" '^1\.\.1$' "$out"
has "its total" '^1 passed, 0 failed' "$out"

code "coverage" 0 fl -C shop test --coverage rules/own
has "what was reached" '^# own/thank: 3 of 6' "$out"
has "an answer nobody gave" 'own\.lua:3: call: never answered never' "$out"
has "a condition that never said no" 'own\.lua:3: call: never skipped' "$out"
has "a reaction" 'own\.lua:8: when:quote\.presented: never did something' "$out"
has_not "what was reached is not listed" 'call: never shown|never entered' "$out"
code "coverage as JSON" 0 fl -C shop --json test --coverage rules/own
has "its parts" '"card":"own/thank".*"parts":6,"seen":3' "$out"

wrong() { # wrong WHAT LINE-OF-TEST PATTERN
	cat >shop/rules/wrong.lua <<LUA
test "wrong" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("visit.ended", { deal = deal, outcome = "thinking" })
  $2
end)
LUA
	code "$1" 1 fl -C shop test wrong
	has "$1: why" "$3" "$out"
}
wrong "a card that is not there" 't:expect_none { card = "thnak" }' \
	'wrong\.lua:5: there is no card "thnak" \(did you mean thank\?\) \[FL342\]'
wrong "a step of another card" 't:expect_none { card = "thank", step = "rhythm" }' \
	'the rules have no step "rhythm"'
wrong "a person who is not there" 't:expect_task { who = "jann" }' \
	'wrong\.lua:5: there is no person "jann" .*\(did you mean jan\?\) \[FL339\]'
wrong "a kind that is not there" 't:expect_task { kind = "cal" }' \
	'wrong\.lua:5: "cal" is no value of "kind".*\(did you mean call\?\) \[FL344\]'
wrong "a text where a table belongs" 't:expect_none "thank"' 'wrong\.lua:5: "t:expect_none" wants \{ who = "jan" \}; here stands thank \[FL328\]'
wrong "expects nothing" '' 'expects nothing'

cat >shop/rules/wrong.lua <<'LUA'
test "nothing happens" (function(t)
  t:at "2026-09-01 10:00"
  t:deal { handler = "jan", state = "visited" }
  t:run_for "1 week"
  t:expect_none { card = "thank" }
end)
LUA
code "a test in which nothing happens" 1 fl -C shop test wrong
has "it says so" 'exercised nothing' "$out"

# a card that failed says in the story why, and where
cat >shop/rules/wrong.lua <<'LUA'
rule "breaks" {
  about = "deal",
  when "quote.presented" { run = function(deal, event, act) error("no brakes") end },
}
test "it breaks" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("quote.presented", { deal = t:deal { handler = "jan", state = "visited" } })
  t:expect_task { card = "breaks", who = "jan" }
end)
LUA
code "a card that fails in a test" 1 fl -C shop test wrong
has "the story says why" '10:00  card.failed: rules/wrong\.lua:3: no brakes' "$out"
