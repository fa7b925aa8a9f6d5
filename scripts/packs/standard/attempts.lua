-- A new lead is tried until somebody talks: three times on the first day, then
-- less and less often for a month (S2-20, S2-23). A lead that never answers
-- goes on at the long rhythm. Each try counts from the one before, so that
-- tries never pile up on a list.
-- Change it: set("try_day_7", "5 days") in settings.lua. DOMAIN rule 3.

cadence "until-contact" {
  title = { nl = "Proberen tot er contact is", en = "Try until there is contact" },
  about = "deal",
  starts = "contact.attempted", unless = function(deal) return deal.attempts > 1 end,
  as_long_as = function(deal) return deal.state == "new" or deal.state == "attempting" end,
  stops = { "contact.made", "contact.requested", "visit.started", "deal.signed", "customer.objected" },
  who = handler, purpose = "requested",
  step "today-again" {
    after = setting "try_again",
    task = call { nl = "Probeer {customer.name} nog eens", en = "Try {customer.name} once more" },
  },
  step "today-last" {
    after = setting "try_evening", from = "previous step",
    task = call { nl = "Derde poging: {customer.name}", en = "Third try: {customer.name}" },
  },
  step "day-1" {
    after = setting "try_day_1", from = "previous step",
    task = call { nl = "Probeer {customer.name} weer", en = "Try {customer.name} again" },
  },
  step "day-2" {
    after = setting "try_day_2", from = "previous step",
    task = call { nl = "Probeer {customer.name} op een ander uur", en = "Try {customer.name} at another hour" },
  },
  step "day-4" {
    after = setting "try_day_4", from = "previous step",
    task = mail { nl = "Schrijf {customer.name}: wanneer schikt het?", en = "Write to {customer.name}: when would it suit?" },
  },
  step "day-7" {
    after = setting "try_day_7", from = "previous step",
    task = call { nl = "Een week verder: bel {customer.name}", en = "A week on: call {customer.name}" },
  },
  step "day-10" { after = setting "try_day_10", from = "previous step", task = call { nl = "Bel {customer.name}", en = "Call {customer.name}" } },
  step "day-14" {
    after = setting "try_day_14", from = "previous step",
    task = mail { nl = "Schrijf {customer.name}: kan ik helpen?", en = "Write to {customer.name}: can I help?" },
  },
  step "day-21" { after = setting "try_day_21", from = "previous step", task = call { nl = "Bel {customer.name}", en = "Call {customer.name}" } },
  step "day-30" {
    after = setting "try_day_30", from = "previous step",
    task = call { nl = "Laatste poging in dit ritme: {customer.name}", en = "Last try in this rhythm: {customer.name}" },
  },
  step "own-tempo" { after = "1 day", from = "previous step", move_to = card "own-tempo" },
}

test "nobody picks up: eleven tries in a month, then the long rhythm" (function(t)
  t:at "2026-09-01 09:00"
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web", consent = { "phone" } })
  t:answers { card = "first-response", outcome = "no_answer" }
  t:everyone_answers "no_answer"
  t:run_for "9 hours"
  t:expect_task { card = "until-contact", who = "jan", count = 2 }
  t:run_for "6 weeks"
  t:expect_task { card = "until-contact", kind = "call", who = "jan", count = 8 }
  t:expect_task { card = "until-contact", kind = "mail", who = "jan", count = 2 }
  t:expect_event { type = "card.moved", count = 1 }
end)

test "one card tries: a second call comes to one list once" (function(t)
  t:at "2026-09-01 09:00"
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web" })
  t:answers { card = "first-response", outcome = "no_answer" }
  t:run_for "3 hours"
  t:expect_task { kind = "call", open = true, count = 1 }
end)

test "nobody works the list: one try waits, they never pile up" (function(t)
  t:at "2026-09-01 09:00"
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web" })
  t:run_for "1 month"
  t:expect_task { card = "until-contact", count = 0 }
  t:answers { card = "first-response", outcome = "no_answer" }
  t:run_for "1 month"
  t:expect_task { card = "until-contact", count = 1 }
end)

test "contact: the tries stop" (function(t)
  t:at "2026-09-01 09:00"
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web" })
  t:answers { card = "first-response", outcome = "no_answer" }
  t:run_for "3 hours"
  t:answers { card = "until-contact", outcome = "reached" }
  t:run_for "2 months"
  t:expect_task { card = "until-contact", count = 1 }
end)
