-- 3 Every failed deal to the fails department; the seller gets a fresh lead back
escalation "fails-department" {
  about = "case",

  starts = { "deal.failed", "deal.cancelled" }, stops = { "deal.signed", "prospect.bought_elsewhere", "prospect.product_blocked", "customer.objected" },
  queue = "fails", to = least_loaded "fails" { at_most = "25 open cases" },
  when_full = { order = "expected value", waits_with = role "sales_manager", tell_after = "1 work day" },
  accept_within = "2 work hours", if_silent = tell(role "sales_manager"),
  seller_gets = fresh_lead {
    within = "1 work hour", from = { "new leads", "service drive", "owner base", "sleeping prospects" },
    if_none = "stays owed, shown on the seller's and the manager's list", not_for = function(fail) return fail.seller.absent end,
  },
  step "save-a-deal" {
    due = "end of next work day", skip_if = function(fail) return fail.save_a_deal.quality >= 2 end,
    task = call "Was the deal really tried? Redo it if not",
    answers = { saved = record "deal.revived" { credit = { handler, seller } }, not_saved = record "save_a_deal.done" { ask = "quality" } },
  },
  step "why-call" { day = 2, task = call "Ask why it became a no, and look for a way together" },
  step "new-angle" { day = 5, task = call "New angle, together with a manager", with = role "sales_manager" },
  step "other-offer" { day = 10, task = call "Another car, another form: what would fit?", unless = function(fail) return fail.customer.no_offers end },
  step "let-rest" { day = 30, move_to = card "own-tempo", needs = "loss closed" },
}
