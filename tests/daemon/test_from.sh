#!/usr/bin/env bash
# A test made of what really happened: names nobody, and passes beside the
# cards; with and without the daemon.
. "$TREE/tests/daemon/lib.sh"
shop s
{
	fl -C s clock 2030-09-02T10:00
	fl -C s post lead.received customer.name="Sofie Peeters" customer.first_name=Sofie customer.phone=0612345678 \
		customer.email=sofie@peeters.example channel=web vehicle.make=Velomark vehicle.model=Wren comments="Call Sofie after five"
	fl -C s answer "Sofie Peeters" later next_contact_at=2030-09-04
	fl -C s post consent.given customer="Sofie Peeters" channel=phone purpose=help
	fl -C s clock +"3 days"
	fl -C s post visit.started customer="Sofie Peeters" person=jan --as jan
	fl -C s clock +"1 hour"
	fl -C s post visit.ended customer="Sofie Peeters" outcome=thinking turned_over_to=piet --as jan
	fl -C s clock +"4 weeks"
	fl -C s post deal.signed customer="Sofie Peeters" seller=jan price="€ 24.500" promises=[] extras=[] \
		delivery_target=2030-11-15 payment_agreed=true
	fl -C s answer "Sofie Peeters" accepted --as karin
	fl -C s clock +"2 days"
} >story.log 2>&1 || true

code "a test is made" 0 fl -C s test --from "Sofie Peeters"
made=$out
has "of what was told" 't:happens\("lead.received", \{ deal = deal, channel = "web"' "$made"
has "people keep their names" 't:says\("jan", "visit.started"' "$made"
has "what was answered" 't:answers \{ card = "standard/first-response", .*outcome = "later", fields = \{ next_contact_at = "2030-09-04' "$made"
has "where it ended" 't:expect_state\(deal, "preparing"\)' "$made"
has "the tasks there were" 'step = "handoff.accept", count = 1 }' "$made"
has "what the rules do themselves is left out, and said" '-- left out, .*deal.state_changed' "$made"
has "the customer is somebody" 'name = "Customer 1", phone = "0600000001"' "$made"
for word in Sofie Peeters 612345678 'after five' peeters; do
	has_not "does not say $word" "$word" "$made"
done

echo "$made" >s/rules/from.lua
code "it passes beside the cards" 0 fl -C s test "the story of"
has "one" '^1 passed, 0 failed' "$out"
sed -i 's/"handoff.accept", count = 1/"handoff.accept", count = 2/' s/rules/from.lua
code "and can fail" 1 fl -C s test "the story of"
rm s/rules/from.lua

# another wish of the same customer: one story, two deals
fl -C s post lead.received customer.name="Sofie Peeters" customer.phone=0612345678 channel=web vehicle.make=Other vehicle.model=Panda >/dev/null
second=$(fl -C s find Sofie --json | grep -o '"deal":"D[0-9]*"' | cut -d'"' -f4 | tail -1)
fl -C s test --from "$second" >s/rules/from.lua
code "a second deal too" 0 fl -C s test "the story of $second"
has "and both are in it" 'local deal_1 = ' "$(cat s/rules/from.lua)"
rm s/rules/from.lua

code "nobody" 1 fl -C s test --from "Nobody Atall"
code "makes and runs at once" 2 fl -C s test --from "$second" own
offline=$(fl -C s test --from "$second" --json)
serve s serve
is "the daemon answers the same" "$offline" "$(fl -C s test --from "$second" --json)"
stop
