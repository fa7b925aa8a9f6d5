-- A new lead goes to the next seller in turn, at once, and is called fast.
-- A seller who is owed a fresh lead comes first.
-- Change it: set("first_response", "30 work minutes") in settings.lua.

local function ring_now(deal, event, act)
  if deal.state ~= "new" then return end
  act.task {
    kind = "call", who = event.data.to, purpose = "requested", due = setting "first_response",
    title = {
      nl = "Nieuwe lead: bel {customer.name} nu",
      en = "New lead: call {customer.name} now",
    },
  }
end

rule "first-response" {
  title = { nl = "Nieuwe lead: direct bellen", en = "New lead: call at once" },
  about = "deal",
  when "lead.received" {
    run = function(deal, event, act)
      if not deal.handler then
        act.assign(round_robin "sales")
      end
    end,
  },
  when "lead.assigned" { run = ring_now },
  when "lead.granted" {
    run = function(deal, event, act)
      -- what the fails department grants has a task of its own already
      if not event.data.card then ring_now(deal, event, act) end
    end,
  },
}

-- Nobody answered: we try again, ever less often, for a month. Each try counts
-- from the one before, so that they never pile up.
local ring_again = call {
  nl = "Nog geen contact: bel {customer.name} opnieuw",
  en = "No contact yet: call {customer.name} again",
}

cadence "first-contact" {
  title = { nl = "Proberen tot we iemand spreken", en = "Try until we speak" },
  about = "deal",
  starts = "contact.attempted",
  as_long_as = function(deal) return deal.state == "attempting" and deal.light == "green" end,
  step "same-day" { after = "2 work hours", task = ring_again, who = handler, purpose = "requested", if_late = "next slot" },
  step "third-try" { after = "2 work hours", from = "previous step", task = ring_again, who = handler, purpose = "requested", if_late = "next slot" },
  step "day-1" { after = "1 work day", from = "previous step", task = ring_again, who = handler, purpose = "requested", if_late = "next slot" },
  step "day-2" { after = "1 work day", from = "previous step", task = ring_again, who = handler, purpose = "requested", if_late = "next slot" },
  step "day-4" { after = "2 days", from = "previous step", task = ring_again, who = handler, purpose = "requested", if_late = "next slot" },
  step "day-7" { after = "3 days", from = "previous step", task = ring_again, who = handler, purpose = "requested", if_late = "next slot" },
  step "day-10" { after = "3 days", from = "previous step", task = ring_again, who = handler, purpose = "requested", if_late = "next slot" },
  step "day-14" { after = "4 days", from = "previous step", task = ring_again, who = handler, purpose = "requested", if_late = "next slot" },
  step "day-21" { after = "7 days", from = "previous step", task = ring_again, who = handler, purpose = "requested", if_late = "next slot" },
  step "day-30" { after = "9 days", from = "previous step", task = ring_again, who = handler, purpose = "requested", if_late = "next slot" },
  step "let-go" {
    after = "1 work day", from = "previous step", who = role "sales_manager",
    task = todo {
      nl = "{customer.name} is in een maand niet bereikt: mailen, nog eens proberen, of stoppen met een reden?",
      en = "A month without reaching {customer.name}: mail, try again, or stop with a reason?",
    },
    answers = {
      try_again = again { after = "2 weeks" }, mailed = again { after = "1 month" },
      stop = record "deal.stopped" { reason = "not reached" },
    },
  },
}

test "a lead on Tuesday morning is on a seller's list at once" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web" })
  t:expect_task { card = "first-response", who = "jan", kind = "call", count = 1 }
  t:answers { card = "first-response", outcome = "reached" }
  t:expect_event { type = "contact.made", count = 1 }
  t:expect_none { card = "first-response" }
end)

test "wie een verse lead tegoed heeft gaat voor" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "piet", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price" })
  t:expect_field("piet", "leads_owed", 1)
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web" })
  t:expect_event { type = "lead.granted", count = 1 }
  t:expect_field("piet", "leads_owed", 0)
end)

test "geen gehoor: een maand lang opnieuw, dan de manager" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web" })
  t:answers { card = "first-response", outcome = "no_answer" }
  t:run_for "3 hours"
  t:expect_task { card = "first-contact", who = "jan", kind = "call", count = 1 }
  t:everyone_answers "no_answer"
  t:run_for "6 weeks"
  t:expect_task { card = "first-contact", who = "jan", at_least = 10, at_most = 10 }
  t:expect_task { card = "first-contact", who = "sanne", step = "let-go", count = 1 }
  t:answers { step = "let-go", outcome = "stop" }
  t:expect_none {}
end)

test "the second call reaches her: no more tries" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web" })
  t:answers { card = "first-response", outcome = "no_answer" }
  t:run_for "3 hours"
  t:answers { card = "first-contact", outcome = "reached" }
  t:run_for "3 weeks"
  t:expect_task { card = "first-contact", count = 1 }
end)
