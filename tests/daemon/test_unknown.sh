#!/usr/bin/env bash
# The daemon dies while a command waits for its answer: exit 3, and the id
# under which to ask again.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
shop s
fl -C s clock 2030-09-02T10:00 >/dev/null
serve s serve
lead() { echo "{\"type\":\"lead.received\",\"source\":\"t\",\"id\":\"$1\",\"data\":{\"customer\":{\"name\":\"N $1\",\"email\":\"n$1@x.nl\"}}}"; }
for n in $(seq 1 2000); do lead "$n"; done >many.ndjson
# stopped, it takes connections and answers nobody
kill -STOP "$(worker)"
fl -C s post many.ndjson >out.txt 2>&1 &
posting=$!
"$FAIRLEAD" -C s post lead.received customer.name=Late customer.email=late@x.nl --id late-1 >late.txt 2>&1 &
waiting=$!
sleep 0.5
kill -KILL "$(worker)"
wait "$posting"
is "the file that was under way" 3 $?
has "says how to go on" 'post the file again, with the same ids' "$(cat out.txt)"
wait "$waiting"
is "the command that waited" 3 $?
has "names its id" '--id late-1' "$(cat late.txt)"
if until_true grep -q 'serves again' serve.log; then ok "the daemon is back"; else not_ok "the daemon is back" "$(cat serve.log)"; fi
code "the same id again" 0 fl -C s post lead.received customer.name=Late customer.email=late@x.nl --id late-1
code "the same file again" 0 fl -C s post many.ndjson
has "nothing is refused" ', 0 refused' "$out"
is "each fact is there once" 2000 "$(fl -C s post many.ndjson | sed -E 's/.*posted, ([0-9]+) known.*/\1/')"
code "audit agrees" 0 fl -C s audit
stop
is "it stops with 0" 0 $?
# the clock of a dead daemon: no daemon, the command does it itself
code "without daemon" 0 fl -C s clock +"1 hour"
