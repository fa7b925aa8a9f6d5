-- The money is in, and now it begins (S5-15, S5-16, S5-22): calls after the
-- delivery, a survey, and nobody is left alone for half a year. A review is
-- asked only of who is really glad (S5-21).
-- Change it: set("after_week", "10 days") in settings.lua. DOMAIN rules 13, 17.

cadence "aftercare" {
  title = { nl = "Nazorg", en = "Aftercare" },
  about = "deal",
  starts = "delivery.completed", stops = { "deal.cancelled", "customer.erased" },
  who = role "aftercare", purpose = "service",
  step "next-day" {
    after = setting "after_next_day",
    task = call { nl = "Bel {customer.name}: hoe rijdt de {vehicle}?", en = "Call {customer.name}: how does the {vehicle} drive?" },
  },
  step "survey" {
    after = setting "survey_after",
    task = mail { nl = "Stuur {customer.name} de vragenlijst", en = "Send {customer.name} the survey" },
    answers = { sent = record "survey.sent" { channel = "email" } },
  },
  step "day-7" {
    after = setting "after_week",
    task = call { nl = "Een week onderweg: nog vragen, {customer.first_name}?", en = "A week on the road: any questions, {customer.first_name}?" },
  },
  step "day-30" {
    after = setting "after_month",
    task = call { nl = "Een maand {vehicle}: is alles zoals beloofd?", en = "A month of {vehicle}: is all as promised?" },
  },
  step "silence" {  -- S5-16: nobody spoke to them since the delivery
    after = setting "silence_first", who = role "sales_manager", unless = logged "contact.made",
    task = todo {
      nl = "{customer.name} is afgeleverd en sprak sindsdien niemand. Wie belt vandaag?",
      en = "{customer.name} has the car and has spoken to nobody since. Who calls today?",
    },
  },
  step "rhythm" {  -- S5-05: the larger the purchase, the closer we stay
    every = function(deal)
      if (deal.price or 0) >= setting "big_purchase" then return setting "silence_big" end
      return setting "silence_every"
    end,
    from = "last touch", up_to = setting "aftercare_up_to", if_late = "next slot",
    task = call { nl = "Hoe gaat het met {customer.name} en de {vehicle}?", en = "How are {customer.name} and the {vehicle}?" },
    answers = {
      reached = record "contact.made", no_answer = again { after = "2 work days", at_most = 2 },
      trouble = record "incident.reported" { ask = "kind" },
    },
  },
  when "survey.answered" {  -- S5-21: ask only after a top score
    unless = function(deal) return (deal.customer.how_score or 0) < setting "review_from" end,
    task = call {
      nl = "{customer.name} is blij: bedank, en vraag een review of een naam",
      en = "{customer.name} is glad: thank them, and ask for a review or a name",
    },
    within = "1 work day", answers = { "reached", "no_answer", referred = record "referral.received" },
  },
  when "survey.answered" {
    unless = function(deal) return (deal.customer.how_score or 10) > setting "recover_below" end,
    who = role "sales_manager", within = "4 work hours",
    task = call {
      nl = "{customer.name} is niet tevreden: bel, luister, los het op",
      en = "{customer.name} is not content: call, listen, put it right",
    },
  },
  when "incident.reported" {  -- S2-18: back in half an hour with a flat tyre
    each_event = true, within = "30 minutes", who = on_duty "sales_manager",
    task = call { nl = "{customer.name} staat met pech: help nu", en = "{customer.name} has trouble: help now" },
  },
}

test "calls after a day, a week and a month; a survey in between" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "ready" }
  t:happens("delivery.completed", { deal = deal })
  t:at "2026-09-02 09:00"
  t:expect_task { step = "next-day", who = "karin", count = 1 }
  t:everyone_answers "reached"
  t:run_for "1 work day"
  t:at "2026-09-04 12:00"
  t:expect_task { step = "survey", kind = "mail", count = 1 }
  t:at "2026-09-08 12:00"
  t:expect_task { step = "day-7", count = 1 }
  t:at "2026-10-02 12:00"
  t:expect_task { step = "day-30", count = 1 }
  t:expect_task { step = "silence", count = 0 }
end)

test "nobody calls: after thirty days the alarm goes" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "ready" }
  t:happens("delivery.completed", { deal = deal })
  t:run_for "31 days"
  t:expect_task { step = "silence", who = "sanne", count = 1 }
end)

test "each half year for a small car, twice as often for a large one" (function(t)
  t:at "2026-09-01 10:00"
  local small = t:deal { handler = "jan", state = "quoted" }
  local large = t:deal { handler = "piet", state = "quoted" }
  t:happens("deal.signed", { deal = small, price = "€ 20.000" })
  t:happens("deal.signed", { deal = large, price = "€ 90.000" })
  t:happens("delivery.completed", { deal = small })
  t:happens("delivery.completed", { deal = large })
  t:everyone_answers "reached"
  t:run_for "1 year"
  t:expect_task { card = "aftercare", step = "rhythm", at_least = 4, at_most = 6 }
end)

test "a ten asks for a review, a five brings the manager, a seven nothing" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "ready" }
  t:happens("delivery.completed", { deal = deal })
  t:happens("survey.answered", { deal = deal, how_score = 7 })
  t:expect_task { step = "when:survey.answered", count = 0 }
  t:expect_task { step = "when:survey.answered.2", count = 0 }
  t:happens("survey.answered", { deal = deal, how_score = 5 })
  t:expect_task { step = "when:survey.answered.2", who = "sanne", count = 1 }
  t:happens("survey.answered", { deal = deal, how_score = 10 })
  t:expect_task { step = "when:survey.answered", who = "karin", count = 1 }
end)

test "two breakdowns are two tasks" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "ready" }
  t:happens("delivery.completed", { deal = deal })
  t:happens("incident.reported", { deal = deal, kind = "flat tyre" })
  t:happens("incident.reported", { deal = deal, kind = "battery" })
  t:expect_task { step = "when:incident.reported", who = "sanne", count = 2 }
end)
