-- Changing a card without copying it, and the order of cards.
cadence "weekly" {
  about = "deal", starts = "incident.reported", stops = "deal.signed",
  step "ring" { every = "1 week", from = "start", task = call "Ring", who = handler },
  step "look" { after = "2 days", within = "2 work hours", task = todo "Look", who = handler },
}
change "own/weekly" {
  stops = { "deal.signed", "objection.raised" },
  step "ring" { every = "2 weeks" },
  step "look" { after = "3 days", task = call "Look by phone", who = role "sales_manager" },
  step "extra" { after = "1 day", task = todo "New here", who = handler },
}
cadence "never-seen" {
  about = "deal", starts = "incident.reported",
  step "ring" { after = "1 day", task = call "Nobody sees this", who = handler },
}
switch_off "own/never-seen"

test "a change wins over the card, step by step" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone", "email" } }
  t:happens("incident.reported", { deal = deal })
  t:run_for "2 days"
  t:expect_task { card = "weekly", step = "extra", who = "jan", count = 1 }
  t:expect_task { card = "weekly", step = "look", count = 0 }
  t:run_for "2 days"
  t:expect_task { card = "weekly", step = "look", kind = "call", who = "sanne", count = 1 }
  t:run_for "6 days"
  t:expect_task { card = "weekly", step = "ring", count = 0 }
  t:run_for "6 days"
  t:expect_task { card = "weekly", step = "ring", count = 1 }
  t:expect_task { kind = "call", who = "jan", count = 1 }
  t:happens("objection.raised", { deal = deal, code = "price" })
  t:expect_none { card = "weekly" }
end)

-- Higher priority first; then by pack and id. What an earlier card sets, the
-- next one does not see: all read the same state, effects go in order.
field "deal.order_seen" { type = "text", default = "" }
rule "order-b" { priority = 1, about = "deal",
  when "objection.raised" { run = function(deal, event, act) act.set("order_seen", "b") end } }
rule "order-a" { about = "deal",
  when "objection.raised" { run = function(deal, event, act) act.set("order_seen", "a") end } }
rule "order-c" { about = "deal",
  when "behaviour.observed" { run = function(deal, event, act) act.set("order_seen", "c") end } }
rule "order-d" { about = "deal",
  when "behaviour.observed" { run = function(deal, event, act) act.set("order_seen", "d") end } }

test "priority, then id, orders the cards" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("objection.raised", { deal = deal, code = "price" })
  t:expect_field(deal, "order_seen", "a")
  t:happens("behaviour.observed", { deal = deal, kind = "stalling" })
  t:expect_field(deal, "order_seen", "d")
end)

-- One open task per card, step and subject, unless each_event.
rule "one-task" { about = "deal",
  when "objection.raised" { task = todo "Once", who = handler },
  when "behaviour.observed" { task = todo "Each", who = handler, each_event = true },
}
test "one open task, unless each_event" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("objection.raised", { deal = deal, code = "price" })
  t:happens("objection.raised", { deal = deal, code = "colour" })
  t:expect_task { card = "one-task", step = "when:objection.raised", count = 1 }
  t:happens("behaviour.observed", { deal = deal, kind = "stalling" })
  t:happens("behaviour.observed", { deal = deal, kind = "stalling" })
  t:expect_task { card = "one-task", step = "when:behaviour.observed", count = 2 }
end)
