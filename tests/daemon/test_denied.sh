#!/usr/bin/env bash
# A rule file that may not be read: it is named, with what to do; the rules of
# before go on, and it goes live once it may be read.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
if [ "$(id -u)" = 0 ]; then # root may read all: be somebody else
	cp "$FAIRLEAD" fairlead
	printf '#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups "%s" "$@"\n' "$PWD/fairlead" >somebody
	chmod +x somebody
	chmod a+rx .
	if ! FAIRLEAD=$PWD/somebody fl version >/dev/null 2>&1; then
		echo "# left out: nobody else can run the program here"
		exit 0
	fi
	shop s
	chown -R 65534:65534 s
	FAIRLEAD=$PWD/somebody
else
	shop s
fi
cat >s/rules/own.lua <<'E2'
rule "own" { title = "Own", about = "deal", when "deal.signed" { task = todo "Signed", who = handler } }
E2
chmod 0 s/rules/own.lua
code "check refuses" 1 fl -C s check
has "names the file and why" 'rules/own.lua: may not be read by the user fairlead runs as. give that user the right to read it: chmod a\+rX \[FL541\]' "$(tr '\n' ' ' <<<"$out")"
code "a start refuses too" 1 fl -C s today
rm s/rules/own.lua
serve s serve
cat >s/rules/late.lua <<'E2'
rule "late" { title = "Late", about = "deal", when "deal.signed" { task = todo "Late", who = handler } }
E2
chmod 0 s/rules/late.lua
code "reload refuses" 1 fl -C s reload
has "and names it" 'rules/late.lua: may not be read' "$out"
code "the rules of before serve" 0 fl -C s post lead.received customer.name=Sofie channel=web
chmod 644 s/rules/late.lua
knows() { fl -C s show late >/dev/null 2>&1; }
until_true knows && ok "live once it may be read" || not_ok "live once it may be read" "$(fl -C s status)"
sed -i 's/language = "en"/language = "nl"/' s/dealership.lua
ln -s nowhere.lua s/rules/link.lua
code "a link to nothing" 1 fl -C s check
has "in Dutch, with what to do" 'link.lua: is niet te lezen: het verwijst naar niets.*haal de verwijzing weg' "$(tr '\n' ' ' <<<"$out")"
stop
