#!/usr/bin/env bash
# One daemon a folder; it dies and comes back; it stops when told.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
shop s
serve s serve
code "a second daemon is refused" 1 fl -C s serve
has "with the process that has it" "process $(worker)\)" "$out"
code "and the first goes on" 0 fl -C s status
serves_again() { [ "$(grep -c 'serves again' serve.log)" -ge "$1" ]; }
acknowledged=0
for i in 1 2 3; do
	for n in $(seq 1 20); do
		fl -C s post lead.received --source t --id "$i-$n" customer.name="N$i $n" customer.email="n$i.$n@x.nl" >/dev/null && acknowledged=$((acknowledged + 1))
		[ "$n" -eq 10 ] && kill -KILL "$(worker)"
	done
	until_true serves_again "$i" || not_ok "it comes back" "$(cat serve.log)"
done
is "every acknowledged fact is there once" "$acknowledged" "$(for i in 1 2 3; do for n in $(seq 1 20); do echo "{\"type\":\"lead.received\",\"source\":\"t\",\"id\":\"$i-$n\",\"data\":{\"customer\":{\"name\":\"N$i $n\",\"email\":\"n$i.$n@x.nl\"}}}"; done; done | fl -C s post --json - | grep -c '"repeat":true')"
code "audit agrees" 0 fl -C s audit
supervisor=$serving
kill -KILL "$supervisor"
wait "$supervisor" 2>/dev/null
serving=
if until_true test ! -e s/data/fairlead.sock; then ok "without supervisor the worker stops"; else not_ok "without supervisor the worker stops"; fi
code "the folder is free again" 0 fl -C s post lead.received customer.name=x customer.email=x@y.nl
serve s serve
kill -INT "$serving"
wait "$serving"
is "Ctrl-C stops with 0" 0 $?
serving=
# a terminal's Ctrl-C reaches both processes, the worker hears of it twice
clean=0
for i in $(seq 1 5); do
	serve s serve
	ending=$(worker)
	kill -INT "$serving"
	while kill -TERM "$ending" 2>/dev/null; do :; done
	wait "$serving" && clean=$((clean + 1))
	serving=
done
is "told twice it stops with 0, each time" 5 "$clean"
# closing the terminal ends what runs in it, also when who leads its session (as
# make does) passes no signal on; SIGHUP alone reads the rules
script -qfc "trap '' HUP; '$FAIRLEAD' -C s serve; true" /dev/null >terminal.log 2>&1 </dev/null &
window=$!
until_true grep -q 'Ctrl-C sto' terminal.log || not_ok "it serves in a terminal" "$(cat terminal.log)"
read -r ending <s/data/lock
read -r _ _ _ serving _ <"/proc/$ending/stat"
kill -HUP "$serving"
if until_true grep -q 'nothing has changed' terminal.log; then ok "SIGHUP reads the rules"; else not_ok "SIGHUP reads the rules" "$(cat terminal.log)"; fi
kill -KILL "$window"
wait "$window" 2>/dev/null
ended() { ! kill -0 "$serving" 2>/dev/null; }
if until_true ended; then ok "without its terminal it ends"; else not_ok "without its terminal it ends" "$(cat terminal.log)"; fi
serving=
if [ ! -e s/data/fairlead.sock ]; then ok "and leaves no socket"; else not_ok "and leaves no socket"; fi
code "a real folder" 0 fl init real
code "has its own clock" 0 fl -C real clock
code "that cannot be moved" 1 fl -C real clock +"1 day"
code "nor by serve, once it has history" 1 fl -C real serve --clock manual
has "and says why" 'real|history' "$out"
code "a wrong clock" 2 fl -C real serve --clock sundial
long=$PWD/$(printf 'long%.0s' {1..30})/$(printf 'deep%.0s' {1..30})
mkdir -p "$long"
shop "$long/s"
serve "$long/s" serve
code "a path longer than sockets take" 0 fl -C "$long/s" status
code "posts" 0 fl -C "$long/s" post lead.received customer.name=x customer.email=x@y.nl
stop
is "and stops with 0" 0 $?
