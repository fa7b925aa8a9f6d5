-- 1 Contact at the customer's own tempo, for eighteen months
cadence "own-tempo" {
  title = { nl = "Contact in het tempo van de klant", en = "Keep in touch at the customer's tempo" },
  about = "deal",
  starts = { "visit.ended", "quote.presented", "contact.made" },
  as_long_as = function(deal) return deal.light == "green" end,
  stops = { "deal.signed", "prospect.bought_elsewhere", "prospect.product_blocked", "customer.objected" },
  pauses = { from = "appointment.set", to = { "appointment.kept", "appointment.missed" } },
  step "ask-tempo" {
    after = "1 work day", once = true,
    unless = function(deal) return deal.customer.tempo_days ~= nil end, by = { "phone", "email" },
    task = call "Thank {customer.first_name}. Ask: when would you like to hear from me again, and may I call?",
    who = handler, purpose = "help", writes = { "tempo_days", "consent.phone" },
  },
  step "rhythm" {
    every = function(deal) return deal.customer.tempo_days or setting "tempo" end,     -- 3 weeks
    at_least = "14 days", at_most = "42 days", from = "last touch", up_to = setting "patience",  -- 18 months
    task = call "Any questions? Still thinking it over?",
    who = handler, purpose = "help", offers = "never", by = { "phone", "email" }, if_late = "next slot",
    answers = {
      reached = record "contact.made", no_answer = again { after = "2 work days", at_most = 2 },
      later = record "contact.made" { ask = "next_contact_at" }, bought = record "prospect.bought_elsewhere" { ask = "brand" },
      impossible = record "prospect.product_blocked" { ask = { "feature", "alternatives_checked" } }, leave_me_be = record "customer.objected",
    },
  },
  step "patience-over" { when_over = "rhythm", task = todo "Eighteen months with {customer.name}: go on, slow down, or stop with a reason?", who = role "sales_manager" },
}
test "eighteen months, every three weeks, then bought" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone" } }
  t:happens("visit.ended", { deal = deal, outcome = "thinking", turned_over_to = "piet" })
  t:everyone_answers "reached"
  t:run_for "17 months"
  t:expect_task { who = "jan", step = "rhythm", at_least = 23, at_most = 25 }
  t:happens("deal.signed", { deal = deal })
  t:run_for "3 months"
  t:expect_none { card = "own-tempo" }
end)
