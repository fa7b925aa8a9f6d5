-- 2 Signed: the delivery specialist takes over with a complete dossier, or sends it back once
handoff "delivery" {
  starts = "deal.signed", stops = { "deal.cancelled", "delivery.completed" },
  from = seller, to = least_loaded "delivery" { at_most = "4 deliveries a day" },
  unless = exception { asked_by = { "brand_policy", role "sales_manager" }, needs = "reason", counts = "calls lost" },
  dossier = {
    must "promises" { none_is_fine = true, ask = "What did you promise, also by word of mouth?" },   -- "none" and "unknown" differ
    must "extras" { none_is_fine = true }, must "delivery_target", must "payment_agreed",
    must "trade_in" { when = function(deal) return deal.trade_in ~= nil end }, nice "occasion",
  },
  if_missing = { task = todo "Complete the file: {missing}", who = seller, within = "4 work hours" },
  accept_within = "4 work hours",
  if_refused = { needs = "missing", back_to = seller, within = "4 work hours", second_time = tell(role "sales_manager") },
  if_silent = { offer_to = "next in team", then_tell = role "sales_manager", after = "2 work hours" },
  frees_seller = { from = "acceptance", keeps = { "complete the file", "greet the customer" }, then_block = "hunting", calls = 20 },
  step "plan-date" { after = "1 work day", from = "acceptance", task = call "Agree the delivery date with {customer.name}" },
  step "confirm-7" { before = "7 days", of = "delivery.slot", task = call "Confirm {delivery.slot}" },
  step "day-before" { before = "1 work day", of = "delivery.slot", task = todo "Car clean, papers and plates {vehicle.plate} ready" },
}
