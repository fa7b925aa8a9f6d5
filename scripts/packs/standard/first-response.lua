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
