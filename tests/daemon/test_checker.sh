#!/usr/bin/env bash
# Questions that run rules are answered by a child, the same with and without a
# daemon; a child that is cut is told in words and hurts nobody.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
shop s
timeless() { sed -E 's/"took_us":[0-9]+/"took_us":0/g' <<<"$1"; }
checker() { # pid of a checker of ours that is at work
	local dir
	for dir in /proc/[0-9]*; do
		[ "$(cat "$dir/comm")" = fl-checker ] &&
			[ "$(readlink "$dir/cwd")" = "$PWD" ] && echo "${dir#/proc/}"
	done 2>/dev/null
}
has "without a request it says so" '"FL596"' "$(fl --checker </dev/null)"
has "nor does it do anything but its names" '"FL596"' "$(fl --checker <<<'{"do":"answer","dir":"s","args":{}}')"
has "it judges the bytes it was given, not the folder" 'dealership.lua' "$(fl --checker <<<'{"do":"check","dir":"s","args":{},"files":[{"name":"dealership.lua","text":"dealership {"}]}')"
code "check without daemon" 0 fl -C s check --json
checked=$out
code "test without daemon" 0 fl -C s test --json
tested=$(timeless "$out")
serve s serve
is "check with a daemon is the same" "$checked" "$(fl -C s check --json)"
is "test with a daemon is the same" "$tested" "$(timeless "$(fl -C s test --json)")"
echo 'rule "x" {' >s/rules/own.lua
code "broken files: check with a daemon" 1 fl -C s check --json
with=$out
code "test with a daemon names the line" 1 fl -C s test
has "of the mistake" 'rules/own.lua:1' "$out"
# a long one, asked for by hand alone: many tests, each with 18 months to live
{
	echo 'local function live(t) t:at "2026-09-01 10:00"'
	echo '  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone" } }'
	echo '  t:happens("visit.ended", { deal = deal, outcome = "thinking" })'
	echo '  t:run_for "18 months" end'
	for i in {1..1500}; do echo "test \"slow $i\" (function(t) live(t) end)"; done
} >s/rules/own.new
touch s/reload.paused
if until_true grep -q 'reload.paused' serve.log; then ok "changed files wait"; else not_ok "changed files wait" "$(cat serve.log)"; fi
mv s/rules/own.new s/rules/own.lua
fl -C s test >slow.out 2>&1 &
asker=$!
if until_true eval 'child=$(checker); [ -n "$child" ]'; then ok "a child is at work"; else not_ok "a child is at work" "$(tail -3 slow.out)"; fi
code "the daemon answers meanwhile" 0 fl -C s today
parent_of() { sed -n 's/^PPid:[^0-9]*//p' "/proc/$1/status"; }
parent=$(parent_of "$child")
is "its parent is there for that alone" 'fairlead --checkers ' "$(tr '\0' ' ' <"/proc/$parent/cmdline")"
is "with one thread, so that a copy is whole" 1 "$(sed -n 's/^Threads:[^0-9]*//p' "/proc/$parent/status")"
is "the supervisor started that" "$serving" "$(parent_of "$parent")"
kill -XCPU "$child"
wait "$asker"
is "a child out of time: refused" 1 $?
has "in words" 'longer than 60 seconds.*FL595' "$(head -c 500 slow.out | tr '\n' ' ')"
code "the daemon goes on" 0 fl -C s status
is "the parent is still there for the next one" "$serving" "$(parent_of "$parent")"
fl -C s test >slow.out 2>&1 &
asker=$!
until_true eval 'child=$(checker); [ -n "$child" ]'
kill -KILL "$parent"
wait "$asker"
is "a child whose parent was killed: refused" 1 $?
has "in words, too" 'ended by signal 9.*FL595' "$(head -c 500 slow.out | tr '\n' ' ')"
if until_true eval '[ -z "$(checker)" ]'; then ok "it ended with its parent"; else not_ok "it ended with its parent" "$(checker)"; fi
rm s/reload.paused
if until_true eval 'child=$(checker); [ -n "$child" ]'; then ok "the candidate is checked"; else not_ok "the candidate is checked" "$(tail -3 serve.log)"; fi
stop
is "and stops with 0" 0 $?
has_not "a candidate that was cut by that is not called wrong" 'geweigerd' "$(grep -v 'own.lua:1' serve.log)"
is "no child is left" "" "$(checker)"
rm s/rules/own.lua
echo 'rule "x" {' >s/rules/own.lua
code "broken files: check without daemon" 1 fl -C s check --json
is "says the same" "$with" "$out"
