#!/usr/bin/env bash
# A dealer who tries fairlead on a Sunday: nothing comes to a list while the
# doors are closed, and everywhere it says until when.
. "$TREE/tests/daemon/lib.sh"
fl init nl --training >/dev/null
fl -C nl clock 2030-09-01T15:00 >/dev/null
serve nl serve
has "the welcome says that it is closed" \
	'het is nu gesloten: taken komen vanaf 2030-09-02 09:00 op de lijst' \
	"$(cat serve.log)"
has "and what to type instead" 'nl coming "Sofie Peeters"$' "$(cat serve.log)"
has_not "not an answer to what is not there" 'reached' "$(cat serve.log)"
fl -C nl post lead.received customer.name="Sofie Peeters" customer.phone=0612345678 channel=phone >/dev/null
has "the day list says it" '^2030-09-01 15:00  gesloten tot ma 2 sep 09:00$' "$(fl -C nl today)"
has "the list of one person too" 'gesloten tot ma 2 sep 09:00' "$(fl -C nl today jan)"
has "for programs" '"opens":"2030-09-02T09:00' "$(fl -C nl --json today)"
code "an answer has no task yet" 1 fl -C nl answer "Sofie Peeters" reached
has "and hears what comes, and when" \
	'geen open taak voor "Sofie Peeters"\. de volgende stap komt ma 2 sep 09:15 \(standard/first-response/call\)' "$out"
has "coming shows it" 'ma 2 sep 09:15 .*first-response/call' "$(fl -C nl coming "Sofie Peeters")"
fl -C nl clock 2030-09-02T09:20 >/dev/null
has_not "open: nothing is said" 'gesloten' "$(fl -C nl today)"
code "the task is there" 0 fl -C nl answer "Sofie Peeters" gesproken
stop
serve nl serve
has "the welcome in the daytime" 'answer "Sofie Peeters" reached' "$(cat serve.log)"
has_not "says nothing of closed" 'gesloten' "$(cat serve.log)"
stop
# what the standard rules ask is answered in the words they show
fl -C nl post consent.given customer="Sofie Peeters" channel=phone purpose=help >/dev/null
fl -C nl post visit.started customer="Sofie Peeters" person=jan >/dev/null
fl -C nl post visit.ended customer="Sofie Peeters" outcome=thinking turned_over_to=piet >/dev/null
fl -C nl clock +"1 werkdag" >/dev/null
code "what is missing" 1 fl -C nl answer "Sofie Peeters" gesproken
has "is said as it is typed" 'zet erbij: consent\.phone=true' "$out"
code "and typed like that it is taken" 0 fl -C nl answer "Sofie Peeters" gesproken tempo_days=21 consent.phone=ja
has "and known" 'wil elke 21 dagen iets horen' "$(fl -C nl deal "Sofie Peeters")"
# what is open now is part of what is coming
fl -C nl clock 2030-09-04T10:00 >/dev/null
fl -C nl post deal.signed customer="Sofie Peeters" seller=jan price="€ 24.500" promises=[] extras=[] delivery_target=2030-11-15 payment_agreed=true >/dev/null
out=$(fl -C nl coming "Sofie Peeters" --for "1 week")
has "a handover that nobody accepts" \
	'18:00 +sanne .*Niemand deed dit op tijd: Neem de aflevering van Sofie Peeters over \(Karin\)$' "$out"
has_not "and no card that fails" 'werkt niet' "$out"
has "with everybody in time she accepts it" 'karin .*standard/delivery/plan-date' "$(fl -C nl ahead "Sofie Peeters" --for "1 week")"
