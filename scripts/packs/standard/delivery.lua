-- Signed: the delivery specialist takes over with a complete file, or sends it
-- back once. The seller goes hunting again.

handoff "delivery" {
  title = { nl = "Van verkoper naar afleveraar", en = "From seller to delivery specialist" },
  about = "deal",
  starts = "deal.signed", stops = { "deal.cancelled", "delivery.completed" },
  from = seller, to = least_loaded "delivery" { at_most = setting "delivery.per_day", of = "deliveries a day" },
  unless = exception { asked_by = { "brand_policy", role "sales_manager" }, needs = "reason", counts = "calls lost" },
  dossier = {
    must "promises" { none_is_fine = true, ask = { nl = "Wat heb je beloofd, ook mondeling?", en = "What did you promise, also by word of mouth?" } },
    must "extras" { none_is_fine = true }, must "delivery_target", must "payment_agreed",
    must "trade_in" { when = function(deal) return deal.trade_in ~= nil end }, nice "occasion",
  },
  if_missing = {
    task = todo { nl = "Maak het dossier compleet: {missing}", en = "Complete the file: {missing}" },
    who = seller, within = "4 work hours",
  },
  accept_within = setting "accept_delivery",
  if_refused = { needs = "missing", back_to = seller, within = "4 work hours", second_time = tell(role "sales_manager") },
  if_silent = { offer_to = "next in team", then_tell = role "sales_manager", after = "2 work hours" },
  frees_seller = { from = "acceptance", keeps = { "complete the file", "greet the customer" }, then_block = "hunting", calls = setting "hunting_calls" },
  step "plan-date" {
    after = "1 work day", from = "acceptance",
    task = call { nl = "Spreek de afleverdatum af met {customer.name}", en = "Agree the delivery date with {customer.name}" },
    purpose = "service",
  },
  step "confirm-7" {
    before = "7 days", of = "delivery.slot", purpose = "service",
    task = call { nl = "Bevestig {delivery.slot|date}", en = "Confirm {delivery.slot|date}" },
  },
  step "confirm-1" {
    before = "1 work day", of = "delivery.slot", purpose = "service",
    task = call { nl = "Morgen is het zover: {customer.name}, {delivery.slot|time}", en = "Tomorrow is the day: {customer.name}, {delivery.slot|time}" },
  },
  step "greet" {  -- S1-05: who sold it may say hello; the delivery is not theirs
    before = "1 hour", of = "delivery.slot", who = seller, keeps_seller = true,
    task = todo {
      nl = "{customer.name} haalt om {delivery.slot|time} de auto op: zeg gerust gedag",
      en = "{customer.name} collects the car at {delivery.slot|time}: do say hello",
    },
  },
  step "day-before" {
    before = "1 work day", of = "delivery.slot",
    task = todo {
      nl = "Auto schoon, papieren en kenteken {vehicle.plate} klaar ({deal.occasion})",
      en = "Car clean, papers and plates {vehicle.plate} ready ({deal.occasion})",
    },
  },
}

test "a complete file goes to the specialist at once" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.signed", { deal = deal, seller = "jan", promises = {}, extras = {}, delivery_target = "2026-10-15", payment_agreed = true })
  t:expect_task { step = "handoff.accept", count = 1 }
  t:answers { step = "handoff.accept", outcome = "accepted" }
  t:expect_state(deal, "preparing")
  t:run_for "2 days"
  t:expect_task { step = "plan-date", count = 1 }
  t:expect_none { who = "jan" }
end)

test "the day after a handoff is for hunting: as many calls as the setting says" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", seller = "jan", state = "quoted" }
  t:happens("deal.signed", {
    deal = deal, seller = "jan", promises = "none", extras = "none",
    delivery_target = "2026-10-01 10:00", payment_agreed = "lease",
  })
  t:answers { step = "handoff.accept", outcome = "accepted" }
  t:expect_event { type = "block.planned", count = 1 }
  t:expect_field("jan", "calls_target", 20)
end)

test "an incomplete file goes back to the seller first" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.signed", { deal = deal, seller = "jan" })
  t:expect_task { who = "jan", step = "handoff.complete-file", count = 1 }
  t:expect_task { step = "handoff.accept", count = 0 }
  t:answers { step = "handoff.complete-file", outcome = "done",
    fields = { promises = {}, extras = {}, delivery_target = "2026-10-15", payment_agreed = true } }
  t:expect_task { step = "handoff.accept", count = 1 }
end)

test "refused twice: the manager is told" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.signed", { deal = deal, seller = "jan", promises = {}, extras = {}, delivery_target = "2026-10-15", payment_agreed = true })
  t:answers { step = "handoff.accept", outcome = "refused", fields = { missing = { "extras" } } }
  t:expect_state(deal, "signed")
  t:answers { step = "handoff.complete-file", outcome = "done", fields = { extras = { "tow bar" } } }
  t:answers { step = "handoff.accept", outcome = "refused", fields = { missing = { "promises" } } }
  t:expect_task { step = "handoff.accept.told", who = "sanne", count = 1 }
end)

test "nobody accepts: the next in the team, then the manager" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.signed", { deal = deal, seller = "jan", promises = {}, extras = {}, delivery_target = "2026-10-15", payment_agreed = true })
  t:run_for "2 days"
  t:expect_task { step = "handoff.accept", count = 1 }
  t:expect_task { step = "handoff.accept.told", who = "sanne", count = 1 }
end)

test "the seller may say hello on the day itself, and does not deliver" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.signed", { deal = deal, seller = "jan", promises = {}, extras = {}, delivery_target = "2026-09-15", payment_agreed = true })
  t:answers { step = "handoff.accept", outcome = "accepted" }
  t:happens("delivery.planned", { deal = deal, slot = "2026-09-15 14:00" })
  t:at "2026-09-15 12:59"
  t:expect_none { who = "jan" }
  t:at "2026-09-15 13:00"
  t:expect_task { step = "greet", who = "jan", kind = "todo", count = 1 }
  t:happens("delivery.completed", { deal = deal })
  t:expect_none { who = "jan" }
end)
