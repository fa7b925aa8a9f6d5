#!/usr/bin/env bash
# A disk that refuses is told by what it said, by a command and by the daemon
# alike: here files may not become larger than the journal has to be.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
small() { # small COMMAND...: with files of at most 64 KiB
	(
		ulimit -S -f 64
		"$@" 2>&1 | cat # what is said must not be cut off by it
		exit "${PIPESTATUS[0]}"
	)
}
for language in en nl; do
	fl init "$language" --training --language "$language" >/dev/null || exit 99
	code "$language: a command" 3 small fl -C "$language" post contact.made deal=Sofie
	case $language in
	en) has "says what the disk said" 'en could not be opened: .*disk I/O error' "$out" ;;
	nl) has "zegt wat de schijf zei" 'nl is niet te openen: .*de schijf leest of schrijft niet goed' "$(tr '\n' ' ' <<<"$out")" ;;
	esac
	has_not "blames no full disk" 'disk is full|schijf is vol' "$out"
	(
		ulimit -S -f 64
		timeout 2 "$FAIRLEAD" -C "$language" serve 2>&1 | cat >"$language.log"
	)
	log=$(tr '\n' ' ' <"$language.log")
	case $language in
	en) has "the daemon, too" 'refused a write\..*disk I/O error.*the worker stopped: the disk or database refused \(see above\); again in' "$log" ;;
	nl) has "de daemon ook" 'weigerde te schrijven\..*de schijf leest of schrijft niet goed.*het werkende deel is gestopt: de schijf of database weigerde \(zie hierboven\); opnieuw' "$log" ;;
	esac
	has_not "is not killed by it" 'signal|signaal' "$log"
done
code "with room it is served again" 0 fl -C en post lead.received customer.name=Sofie channel=web
