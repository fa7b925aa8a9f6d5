-- Every failed deal goes to the fails department at once; the seller gets a
-- fresh lead back. Nobody's ego decides whether a deal is dead.

escalation "fails-department" {
  title = { nl = "Afdeling mislukte deals", en = "Fails department" },
  about = "case",
  starts = { "deal.failed", "deal.cancelled" },
  stops = { "deal.signed", "prospect.bought_elsewhere", "prospect.product_blocked", "customer.objected", "deal.revived" },
  queue = "fails", to = least_loaded "fails" { at_most = setting "fails_load", of = "open cases" },
  when_full = { order = "expected value", waits_with = role "sales_manager", tell_after = "1 work day" },
  accept_within = setting "accept_fail", if_silent = tell(role "sales_manager"),
  seller_gets = fresh_lead {
    within = "1 work hour", from = { "new leads", "service drive", "owner base", "sleeping prospects" },
    if_none = { nl = "blijft tegoed, zichtbaar bij verkoper en manager", en = "stays owed, shown on the seller's and the manager's list" },
    not_for = function(fail) return fail.seller.absent end,
  },
  step "save-a-deal" {
    due = "end of next work day", skip_if = function(fail) return fail.save_a_deal.quality >= 2 end,
    task = call { nl = "Is de deal echt geprobeerd? Zo niet: opnieuw", en = "Was the deal really tried? Redo it if not" },
    answers = {
      saved = record "deal.revived" { credit = { handler, seller } },
      not_saved = record "save_a_deal.done" { ask = "quality" },
    },
  },
  step "why-call" {
    day = 2,
    task = call { nl = "Vraag waarom het nee werd, en zoek samen een weg", en = "Ask why it became a no, and look for a way together" },
  },
  step "new-angle" {
    day = 5, with = role "sales_manager",
    task = call { nl = "Nieuwe invalshoek, samen met een manager", en = "New angle, together with a manager" },
  },
  step "other-offer" {
    day = 10, unless = function(fail) return fail.customer.no_offers end,
    task = call { nl = "Andere auto, andere vorm: wat past wel?", en = "Another car, another form: what would fit?" },
  },
  step "let-rest" { day = 30, move_to = card "own-tempo", needs = "loss closed" },
}

test "a failed deal is a case at once and the seller is owed a lead" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price" })
  t:expect_event { type = "fails.case_opened", count = 1 }
  t:expect_task { card = "fails-department", step = "escalation.accept", count = 1 }
  t:expect_field("jan", "leads_owed", 1)
end)

test "the plan of thirty days" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price" })
  t:everyone_answers "reached"
  t:run_for "7 weeks"
  t:expect_task { card = "fails-department", step = "why-call", count = 1 }
  t:expect_task { card = "fails-department", step = "new-angle", count = 1 }
  t:expect_task { card = "fails-department", step = "other-offer", count = 1 }
end)

test "failed again while the case is open: saved or closed from the same case" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price", save_a_deal = { done = true, quality = 2 } })
  t:expect_state(deal, "fails_working")
  t:run_for "1 day"
  t:happens("visit.started", { deal = deal, person = "jan" })
  t:happens("visit.ended", { deal = deal, person = "jan", outcome = "left" })
  t:expect_state(deal, "saving")
  t:happens("save_a_deal.done", { deal = deal, quality = 3 })
  t:expect_state(deal, "fails_working")
  t:expect_field("jan", "leads_owed", 1)
end)

test "nobody takes it up: the manager hears after two work hours" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price" })
  t:run_for "3 hours"
  t:expect_task { card = "fails-department", step = "escalation.accept.told", who = "sanne", count = 1 }
end)

test "signed after all: the case closes and its tasks go" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price" })
  t:run_for "1 day"
  t:happens("deal.signed", { deal = deal, seller = "jan", promises = {}, extras = {}, delivery_target = "2026-10-15", payment_agreed = true })
  t:expect_none { card = "fails-department" }
end)
