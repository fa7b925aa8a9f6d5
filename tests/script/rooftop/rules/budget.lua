-- No pressure: two outbound touches in seven days over all cards and sellers,
-- after the first fourteen days; one offer in thirty.
cadence "budget-a" { about = "deal", starts = "behaviour.observed", priority = 3,
  step "one" { after = "1 day", task = call "One", who = "jan", purpose = "help" } }
cadence "budget-b" { about = "deal", starts = "behaviour.observed", priority = 2,
  step "two" { after = "1 day", task = call "Two", who = "piet", purpose = "help" } }
cadence "budget-c" { about = "deal", starts = "behaviour.observed", priority = 1,
  step "three" { after = "1 day", task = call "Three", who = "ans", purpose = "help" },
  step "help-is-free" { after = "1 day", task = call "Your order", who = "ans", purpose = "service" } }
cadence "offers" { about = "deal", starts = "survey.sent",
  step "offer" { after = "1 day", task = mail "An offer", who = "jan", purpose = "offer" },
  step "again" { after = "2 days", task = mail "Another", who = "piet", purpose = "offer" } }

test "the third touch of the week waits, and says who got it" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", opened_at = 1, consent = { "phone", "email" } }
  t:happens("behaviour.observed", { deal = deal, kind = "stalling" })
  t:run_for "2 days"
  t:expect_task { step = "one", count = 1 }
  t:expect_task { step = "two", count = 1 }
  t:expect_task { step = "three", count = 0 }
  t:expect_task { step = "help-is-free", count = 1 }
  t:expect_event { type = "contact.refused_by_guard", count = 1 }
  t:answers { step = "one", outcome = "reached" }
  t:answers { step = "two", outcome = "reached" }
  t:run_for "5 days"
  t:expect_task { step = "three", count = 0 }
  t:run_for "3 days"
  t:expect_task { step = "three", who = "ans", count = 1 }
end)

test "the first fourteen days know no limit" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone", "email" } }
  t:happens("behaviour.observed", { deal = deal, kind = "stalling" })
  t:run_for "2 days"
  t:expect_task { step = "three", count = 1 }
  t:expect_event { type = "contact.refused_by_guard", count = 0 }
end)

test "one offer in thirty days; none for who wants none" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone", "email" } }
  t:happens("survey.sent", { deal = deal })
  t:run_for "2 days"
  t:answers { step = "offer", outcome = "sent" }
  t:run_for "20 days"
  t:expect_task { step = "again", count = 0 }
  t:run_for "12 days"
  t:expect_task { step = "again", count = 1 }
  local other = t:deal { handler = "jan", state = "visited", customer = { no_offers = true, consent = { "phone", "email" } } }
  t:happens("survey.sent", { deal = other })
  t:run_for "5 days"
  t:expect_task { step = "offer", who = "jan", count = 1 }
  t:expect_task { step = "offer", who = "sanne", count = 1 }
end)

cadence "hours" { about = "deal", starts = "deal.turned_over",
  step "call-at-once" { task = call "Call", who = handler, purpose = "help" } }
test "calls wait for the lawful hours: Sundays, holidays, eves, Saturdays" (function(t)
  t:at "2026-05-04 18:29"  -- a Monday; until 18:30
  local a = t:deal { handler = "jan", state = "visited", consent = { "phone", "email" } }
  t:happens("deal.turned_over", { deal = a, to = "sanne" })
  t:expect_task { step = "call-at-once", count = 1 }
  t:at "2026-05-04 18:31"
  local b = t:deal { handler = "jan", state = "visited", consent = { "phone", "email" } }
  t:happens("deal.turned_over", { deal = b, to = "sanne" })
  t:expect_task { step = "call-at-once", count = 1 }
  t:at "2026-05-05 20:00"  -- Liberation Day
  t:expect_task { step = "call-at-once", count = 1 }
  t:at "2026-05-06 10:00"
  t:expect_task { step = "call-at-once", count = 2 }
  t:at "2026-09-05 16:01"  -- a Saturday, after 16:00
  local c = t:deal { handler = "jan", state = "visited", consent = { "phone", "email" } }
  t:happens("deal.turned_over", { deal = c, to = "sanne" })
  t:at "2026-09-06 20:00"  -- Sunday
  t:expect_task { step = "call-at-once", count = 2 }
  t:at "2026-09-07 09:01"
  t:expect_task { step = "call-at-once", count = 3 }
  t:at "2026-12-24 18:31"  -- a Thursday, the eve
  local d = t:deal { handler = "jan", state = "visited", consent = { "phone", "email" } }
  t:happens("deal.turned_over", { deal = d, to = "sanne" })
  t:at "2026-12-27 20:00"  -- Christmas, then a Sunday
  t:expect_task { step = "call-at-once", count = 3 }
  t:at "2026-12-28 09:01"
  t:expect_task { step = "call-at-once", count = 4 }
end)

-- Cards see one state, but only the first of them gets the last touch.
rule "together-1" { about = "deal", priority = 9,
  when "referral.received" { task = call "First", who = "jan", purpose = "help" } }
rule "together-2" { about = "deal", priority = 8,
  when "referral.received" { task = call "Second", who = "piet", purpose = "help" } }
rule "together-3" { about = "deal", priority = 7,
  when "referral.received" { task = mail "Third", who = "ans", purpose = "help" } }
-- What plain Lua asks for is a touch like any other; a todo is none.
rule "plain-touch" { about = "deal", priority = 6,
  when "referral.received" {
    run = function(deal, event, act)
      act.task { kind = "call", who = "ans", title = "Plain call", purpose = "help" }
      act.task { kind = "todo", who = "ans", title = "Note it" }
    end,
} }

test "three cards on one event: the last in order waits, and so does plain Lua" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", opened_at = 1, consent = { "phone", "email" } }
  t:happens("referral.received", { deal = deal })
  t:expect_task { card = "together-1", count = 1 }
  t:expect_task { card = "together-2", count = 1 }
  t:expect_task { card = "together-3", count = 0 }
  t:expect_task { card = "plain-touch", kind = "call", count = 0 }
  t:expect_task { card = "plain-touch", kind = "todo", count = 1 }
  t:expect_event { type = "contact.refused_by_guard", at_least = 1 }
  t:run_for "2 days"
  t:expect_task { card = "plain-touch", kind = "call", count = 0 }
  t:answers { card = "together-1", outcome = "reached" }
  t:run_for "8 days"
  t:expect_task { card = "plain-touch", kind = "call", who = "ans", count = 1 }
end)

test "a call of plain Lua waits for the lawful hours" (function(t)
  t:at "2026-09-05 16:30"  -- a Saturday, after 16:00
  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone", "email" } }
  t:happens("referral.received", { deal = deal })
  t:expect_task { card = "plain-touch", kind = "call", count = 0 }
  t:at "2026-09-07 09:01"
  t:expect_task { card = "plain-touch", kind = "call", count = 1 }
end)
