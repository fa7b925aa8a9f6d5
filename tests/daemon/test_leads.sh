#!/usr/bin/env bash
# The example leads, every shape of them, read by the demo dealership.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
fl init s --training --from "$TREE/examples/demo" >/dev/null || exit 99
fl -C s clock 2030-09-02T10:00 >/dev/null
leads=$TREE/examples/leads
code "all of them" 0 fl -C s import "$leads"/*
has "upper-case prolog before the declaration, trade-in first" '02-inruil-en-zakelijk.xml +1 binnen' "$out"
has "several prospects, one sent twice" '05-beursweekend.xml +2 binnen, 1 al bekend' "$out"
has "no way to reach the customer: kept, with a warning" '06-zonder-contact.xml:[0-9]+: .*FL602' "$out"
has "a template nobody filled in: held back" '07-leeg-sjabloon.xml +0 binnen, 1 vastgehouden' "$out"
has "inside an e-mail" '03-importeur.eml +1 binnen' "$out"
today=$(fl -C s today)
has "who sent the e-mail's lead is called" 'bellen +Zoë de Graaf' "$today"
has "so is the JSON one's" 'bellen +Hassan Amrani' "$today"
has "who cannot be reached is on a list" 'Tineke W\.' "$today"
has_not "the template is on nobody's" '\{voornaam\}|voornaam' "$today"
is "seven customers, seven tasks" 7 "$(grep -cE '^ +T[0-9]+' <<<"$today")"
has "the wished car, not the trade-in" 'Heron Cargo' "$(fl -C s deal jelle)"
has_not "is not the trade-in" 'Bay Combi' "$(fl -C s deal jelle | head -n 1)"
has "what was said, out of CDATA" 'Mijn vrouw beslist mee & rijdt ook proef' "$(fl -C s deal jelle)"
has "the empty vehicle is no car" '^Ruben Smeets +D[0-9]+ *$' "$(fl -C s deal ruben | head -n 1)"
held() { fl -C s --json status | grep -oE '"(records|tasks)":[0-9]+'; }
before=$(held)
code "all of them again" 0 fl -C s import "$leads"/*
is "change nothing" "$before" "$(held)"
code "one as JSON" 0 fl -C s --json import "$leads/06-zonder-contact.xml"
has "says the same" '"known":1' "$out"
code "audit" 0 fl -C s audit
