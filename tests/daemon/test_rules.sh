#!/usr/bin/env bash
# Rules change while it runs: good ones go live, broken ones change nothing.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
shop s
serve s serve
code "nothing changed" 0 fl -C s reload
has "and it says so" 'nothing has changed' "$out"
echo 'set("tempo", "5 weeks")' >>s/settings.lua
code "check of a good change" 0 fl -C s check
code "a good change" 0 fl -C s reload
has "is live as number 2, noticed or asked for" 'live: rules number 2' "$out"
has "and the setting with it" '5 weeks' "$(fl -C s status)"
cp s/settings.lua good.lua
echo 'set("tempoo", "5 weeks")' >>s/settings.lua
code "check of a broken one" 1 fl -C s check
has "names file, line and the nearest" 'settings.lua:[0-9]+.*tempo' "$out"
code "reload of a broken one" 1 fl -C s reload
has "names file and line" 'settings.lua:[0-9]+' "$out"
out=$(fl -C s status)
has "the rules of before are live" 'number 2' "$out"
has "status says that the files are broken" 'broken' "$out"
has "and since when disk and live rules differ" '\(since [0-9-]+ [0-9:]+\)' "$out"
has "it is one task of the admin" 'The rule files are wrong.*settings.lua' "$(fl -C s today sanne)"
fl -C s reload >/dev/null 2>&1
is "and stays one" 1 "$(fl -C s today | grep -c 'The rule files are wrong')"
kill -KILL "$(worker)"
if until_true grep -q 'serves again' serve.log; then ok "a worker that died is started again"; else not_ok "a worker that died is started again" "$(cat serve.log)"; fi
has "the supervisor says why" 'signal 9' "$(cat serve.log)"
has "on the rules that worked last" 'broken; the rules of before' "$(cat serve.log)"
code "it answers" 0 fl -C s status
has "with rules number 2" 'number 2' "$out"
cp good.lua s/settings.lua
echo 'set("patience", "2 years")' >>s/settings.lua
kill -HUP "$serving"
if until_true grep -q 'rules number 3' serve.log; then ok "SIGHUP reloads"; else not_ok "SIGHUP reloads" "$(cat serve.log)"; fi
has_not "good again: the task is gone" 'The rule files are wrong' "$(fl -C s today)"
has_not "and status says nothing of it" 'broken' "$(fl -C s status)"
stop
is "it stops with 0" 0 $?
echo 'rule "x" {' >s/rules/own.lua
code "without daemon: broken files, old rules answer" 0 fl -C s post lead.received customer.name=x customer.email=x@y.nl
code "and check says what is wrong" 1 fl -C s check
shop t
echo 'rule "x" {' >t/rules/own.lua
code "never good: it does not start" 1 fl -C t serve
has "and names the line" 'rules/own.lua:1' "$out"
