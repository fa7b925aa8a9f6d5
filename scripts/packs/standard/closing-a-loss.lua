-- A loss closes only with a second face and a lesson of one's own. Who blames
-- the customer, the competitor or the boss has not found the lesson yet.
-- Change it: change "standard/closing-a-loss" { needs { ... } } in your rules.

word_list "blame" {
  nl = { "leugenaar", "oplichter", "onbetrouwbaar", "tijdverspilling", "klaploper", "zeurpiet", "domme klant" },
  en = { "liar", "crook", "time waster", "waste of time", "tyre kicker", "stupid customer", "unreliable" },
}

gate "closing-a-loss" {
  title = { nl = "Een verlies afsluiten", en = "Closing a loss" },
  guards = "deal.lost",
  needs {
    second_face = person_who { not_the_same_as = handler, has_role = { "sales_manager", "closer", "fails_specialist", "principal" }, spoke_to_customer = true },
    accepted_by = person_who { same_as = handler },
    do_differently = words {
      at_least = 20,
      ask = { nl = "Wat doe je de volgende keer anders, en eerder?", en = "What will you do differently next time, and sooner?" },
    },
    reasons = some_of { "price", "trade_in_value", "delivery_time", "no_click_with_us", "brand", "no_need_yet" },
    then_what = either { "revive_at", "stop" },
  },
  refuses {
    field = "attribution", when = function(loss) return loss.attribution ~= "self" end,
    say = {
      nl = "Dat kan zo zijn, maar het sluit niets af. Wat hadden wij eerder kunnen doen? Schrijf attribution = \"self\"",
      en = "That may be so, but it closes nothing. What could we have done earlier? Write attribution = \"self\"",
    },
  },
  refuses {
    words = word_list "blame",
    say = {
      nl = "'{word}' leert ons niets en de klant mag dit lezen. Zeg neutraal wat je zag",
      en = "'{word}' teaches us nothing and the customer may read it. Say what you saw, neutrally",
    },
  },
  if_handler_is = { role "sales_manager", second_face = role "principal" },
  if_handler_left = { accepted_by = role "sales_manager" },
  if_open_after = { setting "loss_open", from = "deal.failed", tell = role "sales_manager" },
  default = { revive_at = setting "revive_after" },
}

test "a loss without a lesson does not close: everything missing is told at once" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price", save_a_deal = { done = true, quality = 2 } })
  t:refused("els", "deal.lost", { deal = deal }, "second_face", "accepted_by", "do_differently", "reasons", "attribution")
  t:expect_state(deal, "fails_working")
  t:expect_event { type = "deal.lost", count = 0 }
end)

test "the second face is somebody else, who spoke with the customer" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price", save_a_deal = { done = true, quality = 2 } })
  local loss = { deal = deal, accepted_by = "jan", reasons = { "price" }, attribution = "self",
    do_differently = "Ask sooner what the trade-in must bring", second_face = "jan" }
  t:refused("sanne", "deal.lost", loss, "second_face")
  loss.second_face = "sanne"
  t:refused("sanne", "deal.lost", loss, "second_face")
  t:says("sanne", "contact.made", { deal = deal, channel = "phone", direction = "out" })
  t:says("sanne", "deal.lost", loss)
  t:expect_state(deal, "dormant")
end)

test "blame closes nothing" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price", save_a_deal = { done = true, quality = 2 } })
  t:happens("deal.turned_over", { deal = deal, to = "sanne" })
  local loss = { deal = deal, accepted_by = "jan", second_face = "sanne", reasons = { "price" }, attribution = "self",
    do_differently = "Next time spot the time waster sooner" }
  t:refused("jan", "deal.lost", loss, "do_differently")
  loss.do_differently = "Ask about the trade-in in the first talk"
  loss.attribution = "customer"
  t:refused("jan", "deal.lost", loss, "attribution")
  loss.attribution = "self"
  loss.reasons = { "pricee" }
  t:refused("jan", "deal.lost", loss, "reasons")
end)

test "who left cannot accept a loss: the manager does" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price", save_a_deal = { done = true, quality = 2 } })
  t:happens("deal.turned_over", { deal = deal, to = "els" })
  t:happens("person.left", { person = "jan" })
  local loss = { deal = deal, accepted_by = "els", second_face = "els", reasons = { "price" }, attribution = "self",
    do_differently = "Bring in a second face sooner next time" }
  t:refused("els", "deal.lost", loss, "accepted_by")
  loss.accepted_by = "sanne"
  t:says("els", "deal.lost", loss)
  t:expect_state(deal, "dormant")
end)

test "a loss closed by another system passes, and the manager hears what it lacks" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price", save_a_deal = { done = true, quality = 2 } })
  t:happens("deal.lost", { deal = deal, reasons = { "price" } })
  t:expect_state(deal, "dormant")
  t:expect_task { card = "closing-a-loss", step = "gate:deal.lost", who = "sanne", count = 1 }
end)

test "nothing falls silent while a loss is open" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price" })
  t:run_for "3 months"
  t:expect_task { card = "engine", step = "silent", count = 0 }
end)

test "nobody closes it: the manager hears after five work days" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price" })
  t:run_for "5 days"
  t:expect_task { card = "closing-a-loss", step = "still-open", count = 0 }
  t:run_for "2 days"
  t:expect_task { card = "closing-a-loss", step = "still-open", who = "sanne", count = 1 }
  t:happens("deal.revived", { deal = deal })
  t:expect_none { card = "closing-a-loss" }
end)
