-- A new lead goes to who knows the customer, else to the next seller in turn,
-- and is called fast: the seller is reminded, then the manager hears, then
-- somebody else gets it. What comes while we are closed gets a receipt by mail
-- and is called soon after the opening.
-- A seller who is owed a fresh lead comes first (S4-22); who has enough to do
-- is passed over. When all have, the lead waits with the manager.
-- Change it: set("first_response", "10 work minutes") in settings.lua, also for
-- one brand or person: set("lead_cap", 40, { person = "jan" }).
-- DOMAIN rules 1, 2.

rule "new-lead" {
  title = { nl = "Nieuwe lead: wie is aan de beurt", en = "New lead: whose turn is it" },
  about = "deal",
  when "lead.received" {  -- the customer keeps the face she knows
    unless = function(deal) return deal.handler ~= nil or deal.customer.handler == nil end,
    assign = person_in "customer.handler",
  },
  when "lead.received" {
    unless = function(deal) return deal.handler ~= nil or deal.customer.handler ~= nil end,
    assign = round_robin "sales" { at_most = setting "lead_cap", of = "prospects due in 14 days" },
  },
}

field "deal.receipt_sent" { type = "yes_no", default = false }

rule "lead-receipt" {
  title = { nl = "Na sluitingstijd: ontvangstbericht", en = "After hours: a receipt" },
  about = "deal",
  when "lead.received" {
    run = function(deal, event, act)
      if event.after_hours and deal.customer.email and not deal.receipt_sent then
        act.set("receipt_sent", true)
        act.message { channel = "email", to = "customer", template = "lead-received", purpose = "requested" }
      end
    end,
  },
}

rule "first-response" {
  title = { nl = "Nieuwe lead: direct bellen", en = "New lead: call at once" },
  about = "deal",
  starts = { "lead.assigned", "lead.granted" },
  -- what the fails department grants brings a task of its own
  unless = function(deal, event) return event.type == "lead.granted" and event.data.card ~= nil end,
  as_long_as = function(deal) return deal.state == "new" end,
  step "call" {
    within = setting "first_response", if_closed = setting "lead_after_opening",
    task = call { nl = "Nieuwe lead: bel {customer.name} nu", en = "New lead: call {customer.name} now" },
    who = handler, purpose = "requested",
    if_missed = {
      { remind = setting "lead_reminder", from = "appearance" },
      {
        tell = role "sales_manager", after = setting "lead_manager", from = "appearance",
        text = {
          nl = "De lead {customer.name} is nog niet gebeld: help, of geef hem aan een ander",
          en = "The lead {customer.name} has not been called yet: help, or give it to somebody else",
        },
      },
      { reassign = round_robin "sales", after = setting "lead_reassign", from = "appearance" },
    },
  },
}

test "a lead on Tuesday morning is on a seller's list at once" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web" })
  t:expect_task { card = "first-response", who = "jan", kind = "call", count = 1 }
  t:answers { card = "first-response", outcome = "reached" }
  t:expect_event { type = "contact.made", count = 1 }
  t:run_for "1 day"
  t:expect_none { card = "first-response" }
  t:expect_task { step = "call.told", count = 0 }
end)

test "nobody calls: after a quarter the manager hears, after half an hour somebody else calls" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web" })
  t:at "2026-09-01 10:14"
  t:expect_task { step = "call.told", count = 0 }
  t:at "2026-09-01 10:15"
  t:expect_task { step = "call.told", who = "sanne", count = 1 }
  t:at "2026-09-01 10:29"
  t:expect_event { type = "lead.reassigned", count = 0 }
  t:at "2026-09-01 10:30"
  t:expect_event { type = "lead.reassigned", count = 1 }
  t:expect_task { step = "call", who = "piet", open = true, count = 1 }
  t:expect_task { step = "call", who = "jan", open = true, count = 0 }
  t:run_for "1 day"
  t:expect_event { type = "lead.reassigned", count = 1 }
end)

test "after closing time: a quarter after the opening, and only then the clock runs" (function(t)
  t:at "2026-09-01 22:00"
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web" })
  t:at "2026-09-02 09:14"
  t:expect_task { card = "first-response", count = 0 }
  t:at "2026-09-02 09:15"
  t:expect_task { step = "call", who = "jan", count = 1 }
  t:at "2026-09-02 09:29"
  t:expect_task { step = "call.told", count = 0 }
  t:at "2026-09-02 09:30"
  t:expect_task { step = "call.told", who = "sanne", count = 1 }
end)

test "tried once: the ladder stops, the tries go on" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web" })
  t:run_for "6 minutes"
  t:answers { step = "call", outcome = "no_answer" }
  t:run_for "1 hour"
  t:expect_task { step = "call.told", count = 0 }
  t:expect_event { type = "lead.reassigned", count = 0 }
end)

test "who is owed a fresh lead comes first" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "piet", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price" })
  t:expect_field("piet", "leads_owed", 1)
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web" })
  t:expect_event { type = "lead.granted", count = 1 }
  t:expect_field("piet", "leads_owed", 0)
  t:expect_task { step = "call", who = "piet", count = 1 }
end)

test "the same customer again: the same seller" (function(t)
  t:at "2026-09-01 10:00"
  local sofie = { name = "Sofie Peeters", phone = "0612345678" }
  t:happens("visit.started", { deal = "first", person = "piet", customer = sofie })
  t:happens("deal.signed", { deal = "first" })
  t:happens("lead.received", { deal = "second", customer = sofie })
  t:expect_field("second", "handler", "piet")
  t:happens("lead.received", { deal = "other", customer = { name = "Ruud Bos", phone = "0687654321" } })
  t:expect_field("other", "handler", "jan")
end)

test "who has enough to do is passed over; when all have, the manager gets the lead" (function(t)
  t:at "2026-09-01 10:00"
  for i = 1, 60 do
    local deal = t:deal { handler = "jan", state = "visited", consent = { "phone" } }
    t:happens("contact.made", { deal = deal, channel = "phone" })
    if i > 1 then t:happens("contact.made", { deal = t:deal { handler = "piet", state = "visited", consent = { "phone" } }, channel = "phone" }) end
  end
  t:happens("lead.received", { lead = "a", customer = { name = "Sofie Peeters", phone = "0612345678" } })
  t:expect_field("a", "handler", "piet")
  t:happens("lead.received", { lead = "b", customer = { name = "Ruud Bos", phone = "0687654321" } })
  t:expect_field("b", "handler", nil)
  t:expect_task { card = "engine", step = "silent", who = "sanne", count = 1 }
end)

test "after closing time a receipt goes out, once; while we are open we just call" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("lead.received", { deal = "day", customer = { name = "Ruud Bos", email = "ruud@example.nl" } })
  t:expect_field("day", "receipt_sent", false)
  t:at "2026-09-01 22:00"
  t:happens("lead.received", { deal = "night", customer = { name = "Sofie Peeters", email = "sofie@example.nl" } })
  t:expect_field("night", "receipt_sent", true)
end)
