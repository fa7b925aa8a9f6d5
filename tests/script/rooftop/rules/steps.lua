-- Every timing word of a step, one card each.

rule "units" {
  about = "deal", starts = "quote.presented",
  step "minutes" { after = "30 minutes", task = todo "m", who = handler },
  step "work-hours" { after = "4 work hours", task = todo "wh", who = handler },
  step "days" { after = "2 days", task = todo "d", who = handler },
  step "work-days" { after = "2 work days", task = todo "wd", who = handler },
  step "weeks" { after = "1 week", task = todo "w", who = handler },
  step "months" { after = "1 month", task = todo "mo", who = handler },
  step "third-day" { day = 3, task = todo "d3", who = handler },
  step "now" { within = "2 work hours", task = todo "now", who = handler },
}

test "a quote on Thursday at four" (function(t)
  t:at "2026-09-03 16:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("quote.presented", { deal = deal })
  t:expect_task { step = "now", count = 1 }
  t:expect_task { step = "minutes", count = 0 }
  t:run_for "30 minutes"
  t:expect_task { step = "minutes", count = 1 }
  t:at "2026-09-04 10:59"
  t:expect_task { step = "work-hours", count = 0 }
  t:at "2026-09-04 11:00"  -- two hours on Thursday, two on Friday
  t:expect_task { step = "work-hours", count = 1 }
  t:at "2026-09-06 23:00"  -- Sunday: closed, two days is Saturday
  t:expect_task { step = "days", count = 0 }
  t:at "2026-09-07 09:00"  -- Monday: second work day, third of the card
  t:expect_task { step = "days", count = 1 }
  t:expect_task { step = "work-days", count = 1 }
  t:expect_task { step = "third-day", count = 1 }
  t:expect_task { step = "weeks", count = 0 }
  t:at "2026-09-10 09:00"
  t:expect_task { step = "weeks", count = 1 }
  t:expect_task { step = "months", count = 0 }
  t:at "2026-10-05 09:00"  -- 3 October is a Saturday
  t:expect_task { step = "months", count = 1 }
end)

rule "before" {
  about = "deal", starts = "deal.opened", stops = "delivery.completed",
  step "week-before" { before = "7 days", of = "delivery_target", task = todo "b7", who = handler },
  step "day-before" { before = "1 work day", of = "delivery_target", task = todo "b1", who = handler },
}

test "before follows the field it looks at, also when that moves" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.opened", { deal = deal })
  t:run_for "2 months"
  t:expect_task { card = "before", count = 0 }
  t:happens("deal.signed", { deal = deal, delivery_target = "2026-12-14 14:00" })
  t:happens("deal.dossier_filled", { deal = deal, delivery_target = "2026-12-21 14:00" })
  t:at "2026-12-13 12:00"
  t:expect_task { step = "week-before", count = 0 }
  t:at "2026-12-14 09:00"
  t:expect_task { step = "week-before", count = 1 }
  t:at "2026-12-17 18:00"
  t:expect_task { step = "day-before", count = 0 }
  t:at "2026-12-18 09:00"  -- the work day before Monday is Friday
  t:expect_task { step = "day-before", count = 1 }
end)

cadence "rhythm" {
  about = "deal", starts = "visit.ended", stops = "deal.signed",
  pauses = { from = "appointment.set", to = { "appointment.kept", "appointment.missed" } },
  step "call" {
    every = "2 weeks", from = "last touch", up_to = "3 months", who = handler, task = call "hello", if_late = "next slot",
    answers = { reached = record "contact.made", no_answer = again { after = "2 work days", at_most = 2 } },
  },
  step "enough" { when_over = "call", task = todo "three months: go on or stop?", who = role "sales_manager" },
}

test "every two weeks for three months, then the manager" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("visit.ended", { deal = deal, outcome = "thinking", turned_over_to = "piet" })
  t:everyone_answers "reached"
  t:run_for "6 months"
  t:expect_task { step = "call", count = 6 }
  t:expect_task { step = "enough", who = "sanne", count = 1 }
end)

test "no answer: twice again, then back in the rhythm" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone", "email" } }
  t:happens("visit.ended", { deal = deal, outcome = "thinking", turned_over_to = "piet" })
  t:at "2026-09-15 12:00"
  t:expect_task { step = "call", count = 1 }
  t:answers { step = "call", outcome = "no_answer" }
  t:at "2026-09-17 12:00"
  t:answers { step = "call", outcome = "no_answer" }
  t:at "2026-09-21 12:00"
  t:answers { step = "call", outcome = "no_answer" }
  t:run_for "10 days"
  t:expect_task { step = "call", count = 3 }
  t:run_for "1 week"
  t:expect_task { step = "call", count = 4 }
end)

test "the customer calls first: the open call goes, the rhythm starts again" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("visit.ended", { deal = deal, outcome = "thinking", turned_over_to = "piet" })
  t:at "2026-09-16 12:00"
  t:expect_task { step = "call", open = true, count = 1 }
  t:happens("contact.made", { deal = deal, channel = "phone", direction = "in" })
  t:expect_none { step = "call" }
  t:at "2026-09-29 12:00"
  t:expect_task { step = "call", count = 1 }
  t:at "2026-09-30 12:00"
  t:expect_task { step = "call", count = 2 }
end)

test "an appointment pauses, missing it goes on" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("visit.ended", { deal = deal, outcome = "thinking", turned_over_to = "piet" })
  t:happens("appointment.set", { deal = deal, kind = "visit", at = "2026-10-01 10:00" })
  t:at "2026-09-30 12:00"
  t:expect_task { step = "call", count = 0 }
  t:at "2026-10-01 12:00"
  t:happens("appointment.missed", { deal = deal })
  t:run_for "1 work day"
  t:expect_task { step = "call", count = 1 }
end)

test "a date the customer named comes before the rhythm" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("visit.ended", { deal = deal, outcome = "thinking", turned_over_to = "piet" })
  t:happens("contact.made", { deal = deal, channel = "phone", next_contact_at = "2026-11-02 10:00" })
  t:at "2026-10-31 12:00"
  t:expect_task { step = "call", count = 0 }
  t:at "2026-11-02 12:00"
  t:expect_task { step = "call", count = 1 }
end)

rule "ladder" {
  about = "deal", starts = "deal.turned_over",
  step "do-it" {
    within = "4 work hours", task = todo "do it", who = handler,
    if_missed = { tell = role "sales_manager", after = "1 work day" },
  },
}

test "nobody acts: the manager is told a work day after it was due" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("deal.turned_over", { deal = deal, to = "piet" })
  t:at "2026-09-02 13:59"
  t:expect_task { step = "do-it.told", count = 0 }
  t:at "2026-09-02 18:00"
  t:expect_task { step = "do-it.told", who = "sanne", count = 1 }
  t:expect_task { step = "do-it", open = true, count = 1 }
end)

test "done in time: nobody is told" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("deal.turned_over", { deal = deal, to = "piet" })
  t:run_for "1 hour"
  t:answers { step = "do-it", outcome = "done" }
  t:run_for "1 week"
  t:expect_task { step = "do-it.told", count = 0 }
end)

rule "late" {
  about = "deal", starts = "objection.raised",
  step "touch" { after = "1 work day", task = call "call", who = handler },
  step "inside" { after = "1 work day", task = todo "todo", who = handler },
  step "slot" { after = "1 work day", task = call "slot", who = handler, if_late = "next slot" },
  step "do" { after = "1 work day", task = call "do", who = handler, if_late = "do" },
  step "ahead" { after = "30 days", task = call "ahead", who = handler },
}

test "a fact of three weeks ago: what is late follows if_late" (function(t)
  t:at "2026-09-01 20:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("objection.raised", { deal = deal, code = "price", at = "2026-08-10 10:00" })
  t:run_for "1 minute"
  t:expect_task { step = "touch", count = 0 }
  t:expect_task { step = "inside", count = 1 }
  t:expect_task { step = "do", count = 1 }
  t:expect_task { step = "slot", count = 0 }
  t:at "2026-09-02 09:00"
  t:expect_task { step = "slot", count = 1 }
  t:at "2026-09-09 09:00"
  t:expect_task { step = "ahead", count = 1 }
end)
