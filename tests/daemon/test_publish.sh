#!/bin/bash
# How a change of the rules goes live: by itself, or after a yes; what waits and
# why; back again; who changed what when. With and without a daemon.
. "$TREE/tests/daemon/lib.sh"

rule() { # rule DIR WAIT [MORE]: a card with one step
	cat >"$1/rules/after.lua" <<-END
		cadence "after" { title = { en = "After" }, about = "deal", starts = "contact.made",
		  step "call" { after = "$2", task = call "Call {customer.name}", who = handler, purpose = "service" },
		  ${3:-}
		}
	END
}
events() { fl -C a status --json | sed 's/.*"events":\([0-9]*\).*/\1/'; }
code_of() { grep -o '"code":"[^"]*"' <<<"$1" | cut -d'"' -f4; }

shop a
rule a "1 week"
fl -C a reload >/dev/null
for i in 1 2 3; do
	fl -C a post lead.received deal="D-$i" customer.name="Customer $i" customer.phone="+3161234560$i" >/dev/null
	fl -C a post contact.made deal="D-$i" channel=phone >/dev/null
done

# few customers, nothing taken away: by itself
rule a "2 weeks"
out=$(fl -C a plan)
has "plan says how many" "3 of 3 customers in flight are touched" "$out"
has "plan says from when to when" "Customer 1 .*own/after/call .*moves from .* to " "$out"
has "plan says by whom and day" "(Jan|Piet) +.* [0-9]+ -> [0-9]+" "$out"
has "plan says it may go live" "may go live by itself" "$out"
code "plan changes nothing" 0 fl -C a plan --json
has "plan has figures" '"moved":3' "$out"
code "a wrong code, though no yes is needed" 1 fl -C a publish zzzz
has "it says so" "no code of a plan.*FL597" "$out"
has_not "nothing waits" "wait for a yes" "$out"
code "reload makes it live" 0 fl -C a reload
has "reload says so, also when opening did it" "live: rules number 2" "$out"

# something taken away: waits
rule a "2 weeks" 'step "extra" { after = "3 weeks", task = todo "Look", who = handler },'
fl -C a reload >/dev/null
rule a "2 weeks"
code "reload of what takes steps away" 0 fl -C a reload
has "it waits and says why" "waits for a yes: 3 tasks or steps are taken away" "$out"
code "status" 0 fl -C a status
has "status shows what waits" "rules wait for a yes: 3 tasks or steps are taken away" "$out"
has "status shows what is live" "number 3" "$out"
events=$(events)
fl -C a reload >/dev/null
is "what waits already is recorded once: only the start is new" "$((events + 1))" "$(events)"
code "publish is the yes" 0 fl -C a publish
has "it is live" "live: rules number 4" "$out"
has_not "nothing waits any more" "wait for a yes" "$(fl -C a status)"

# a yes holds for what was shown
rule a "2 weeks" 'step "extra" { after = "3 weeks", task = todo "Look", who = handler },'
fl -C a reload >/dev/null
rule a "2 weeks"
shown=$(code_of "$(fl -C a plan --json)")
rule a "4 weeks"
code "a yes to other files is refused" 1 fl -C a publish "$shown"
has "it says why" "the rules have changed since the plan was shown.*FL597" "$out"
rule a "2 weeks"
code "no code of a plan" 1 fl -C a publish nonsense
has "it says so" "no code of a plan.*FL597" "$out"
code "nor one of impossible numbers" 1 fl -C a publish "$(cut -d. -f1,2 <<<"$shown").9223372036854775807.0.0"
has "it says so" "no code of a plan.*FL597" "$out"
for i in 4 5; do
	fl -C a post lead.received deal="D-$i" customer.name="Customer $i" customer.phone="+3161234560$i" >/dev/null
	fl -C a post contact.made deal="D-$i" channel=phone >/dev/null
done
code "more customers than shown" 1 fl -C a publish "$shown"
has "it says how many" "5 customers would move now and the plan showed 3.*FL598" "$out"
code "the same yes again, now that it was shown" 0 fl -C a publish
has "it is live" "live: rules number 6" "$out"

# back
code "rollback" 0 fl -C a rollback
has "the older rules are live under a new number" "live: rules number 7" "$out"
has "status tells that files and rules differ" "somebody went back" "$(fl -C a status)"
has "they do not come back by themselves" "number 7," "$(fl -C a status)"
rule a "2 weeks" "-- touched"
fl -C a clock >/dev/null
has "changed files are offered again" "wait for a yes" "$(fl -C a status)"
code "rollback to a number" 0 fl -C a rollback 2
has "it is live" "live: rules number 8" "$out"
code "rollback to nowhere" 1 fl -C a rollback 77
has "it says so" "no ruleset 77" "$out"
code "rollback to nonsense" 2 fl -C a rollback x

# who, when, what
code "rulesets" 0 fl -C a rulesets
has "who and how" "^6 .*admin.*after a yes" "$out"
has "in words" "rules/after.lua: 1 line added, 1 taken away" "$out"
has "line by line" "rules/after.lua:3 -.*step \"extra\"" "$out"
has "which is live" "^8 .*back to number 2 .*live" "$out"
code "audit" 0 fl -C a audit
has "audit agrees" "everything agrees" "$out"

# publish = "review"
shop b
sed -i 's/language = "en"/language = "en", publish = "review"/' b/dealership.lua
fl -C b status >/dev/null
rule b "1 week"
code "review: a change that moves nobody" 0 fl -C b reload
has "waits, too" 'every change waits for a yes \(publish = "review"\)' "$out"
code "publish" 0 fl -C b publish
has "it is live" "live: rules number 2" "$out"

# mistakes and failing tests change nothing
rule b "1 wek"
code "a mistake" 1 fl -C b reload
has "is told" "rules/after.lua:2" "$out"
rule b "1 week"
echo 'test "never" (function(t) t:expect_task { who = "jan", step = "nothing" } end)' >>b/rules/after.lua
code "a failing test" 1 fl -C b publish
has "is told" 'the test "never" fails.*FL550' "$out"
has "with what it expected" 'fails. rules/after.lua:5: t:expect_task: the rules have no step' "$out"
has "nothing changed" "number 2," "$(fl -C b status 2>/dev/null)"

# the same with a daemon
rule a "5 weeks"
serve a serve --clock manual
has "a start with files that may go live by themselves" "number 9," "$(fl -C a status)"
rule a "5 weeks" 'step "extra" { after = "9 weeks", task = todo "Look", who = handler },'
code "reload" 0 fl -C a reload
has "live" "live: rules number 10" "$out"
rule a "5 weeks"
code "what takes away" 0 fl -C a reload
has "waits" "waits for a yes" "$out"
code "publish" 0 fl -C a publish
has "it is live" "live: rules number 11" "$out"
code "rollback" 0 fl -C a rollback
has "it is live" "live: rules number 12" "$out"
stop
serve a serve --clock manual
has "a start after going back" "number 12," "$(fl -C a status)"
stop
code "audit" 0 fl -C a audit
has "audit agrees" "everything agrees" "$out"

# undo: a bad ruleset showed tasks far too early
shop c
rule c "4 weeks"
fl -C c reload >/dev/null
for i in 1 2 3; do
	fl -C c post lead.received deal="D-$i" customer.name="Customer $i" customer.phone="+3161234560$i" >/dev/null
	fl -C c post contact.made deal="D-$i" channel=phone >/dev/null
done
rule c "1 day"
code "the bad rules go live" 0 fl -C c reload
has "as number 2" "rules number 2" "$out"
fl -C c clock +"3 days" >/dev/null
calls() { fl -C c today | grep -c "Call Customer"; }
is "they show three calls" 3 "$(calls)"
task=$(fl -C c today | sed -n 's/^ *\(T[0-9-]*\) .*Call Customer 1.*/\1/p')
code "one is answered" 0 fl -C c answer "$task" no_answer
code "what is live cannot be undone" 1 fl -C c undo 2
has "it says what to do" "ruleset 2 is live.*rollback" "$out"
code "rollback" 0 fl -C c rollback
code "undo" 0 fl -C c undo 2
has "it says what is withdrawn" "2 tasks of ruleset 2 are withdrawn" "$out"
has "and what was answered" "1 had been answered, and stay" "$out"
is "the list is empty of them" 0 "$(calls)"
out=$(fl -C c deal "Customer 2")
has "a customer's story tells what the bad rules did" "New rules \(number 2\)" "$out"
has "and by whom they were taken back" "Rules number 2 taken back +\(the administrator\)" "$out"
has "and what that did" "task withdrawn: Call Customer 2" "$out"
has "and when the step comes now" "step now comes .*: call" "$out"
out=$(fl -C c deal "Customer 1")
has_not "who was not touched reads nothing of it" "taken back" "$out"
has "the tasks of cards that were not touched stay" "may not be contacted" "$(fl -C c today)"
code "undo again" 0 fl -C c undo 2
has "has nothing left to do" "0 tasks of ruleset 2" "$out"
code "undo what never was" 1 fl -C c undo 9
has "is told" 'no ruleset "9"' "$out"
fl -C c clock +"4 weeks" >/dev/null
has "the steps come when the good rules say so" "Call Customer 2" "$(fl -C c today)"
code "release without an outage" 1 fl -C c release
has "is told" "no messages are held back" "$out"
code "audit" 0 fl -C c audit
has "audit agrees" "everything agrees" "$out"

# a bad ruleset wanted messages that are not sent yet
shop d
mails() {
	cat >d/rules/mails.lua <<-END
		rule "mails" { title = { en = "Mails" }, about = "deal",
		  when "contact.made" { run = function(deal, event, act) $1 end },
		}
	END
}
mails 'act.note("spoke")'
fl -C d reload >/dev/null
mails 'act.message { channel = "email", to = handler, template = "bad" }'
fl -C d reload >/dev/null
fl -C d post lead.received deal=D-1 customer.name="Customer 1" customer.phone=+31612345601 >/dev/null
fl -C d post contact.made deal=D-1 channel=phone >/dev/null
waiting() { fl -C d status --json | sed 's/.*"outbox_waiting":\([0-9]*\).*/\1/'; }
is "a message waits" 1 "$(waiting)"
fl -C d post lead.received deal=D-2 customer.name="Customer 2" customer.phone=+31612345602 >/dev/null
fl -C d post messages.released count=1 >/dev/null
has "her story says when it could go" "Waiting messages may go" "$(fl -C d deal D-1)"
has_not "of who waited for nothing it does not" "Waiting messages may go" "$(fl -C d deal D-2)"
fl -C d rollback >/dev/null
code "undo" 0 fl -C d undo 2
has "its messages do not go" "1 messages are not sent any more" "$out"
is "none waits" 0 "$(waiting)"
fl -C d post messages.released count=0 >/dev/null
is "what was taken back is not let go" 1 "$(fl -C d deal D-1 | grep -c "Waiting messages may go")"
code "audit" 0 fl -C d audit

# a long change: its first lines, and all of it by its number
shop long
fl -C long post note.added --id x >/dev/null 2>&1 # its rules go live
for i in {1..40}; do echo "-- remark $i"; done >long/rules/more.lua
code "who reloads" 0 fl -C long --as sanne reload
code "of a long change" 0 fl -C long rulesets
has "somebody made it" "^2 .*Sanne.*changed files" "$out"
has "its first lines" "\.\.\. and 28 more: fairlead rulesets 2" "$out"
has_not "not all of them" "remark 40" "$out"
code "of that one alone" 0 fl -C long rulesets 2
has "all of it" "remark 40" "$out"
is "and nothing else" 1 "$(grep -cE '^[0-9]' <<<"$out")"
code "of none" 1 fl -C long rulesets 77
has "that is said" "no ruleset \"77\"" "$out"
