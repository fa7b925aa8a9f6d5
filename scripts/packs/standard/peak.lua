-- November: everybody wants the new car before the year ends. Deliveries must
-- not crowd out selling. The mode changes other cards' numbers, and changes
-- them back by itself.
-- Change it: set("peak_load", "90%") in settings.lua, or change "standard/peak".
-- DOMAIN rule 12; S1-03, S1-07, S1-19.

mode "peak" {
  title = { nl = "Najaarsdrukte", en = "Autumn peak" },
  starts = every_year { from = "1 November", to = "30 November" },
  or_when = function(rooftop) return rooftop.deliveries.planned_load > setting "peak_load" end,
  back_when = function(rooftop) return rooftop.deliveries.planned_load < setting "calm_load" end,
  lasts_at_least = "5 work days",
  warn = {
    before = "4 weeks", who = role "sales_manager", at_least = setting "peak_warn",
    text = {
      nl = "Voor de drukte staat al {work|hours} aflevering gepland; de ploeg kan {room|hours} aan ({load|percent}). Inhuren of lenen?",
      en = "For the peak {work|hours} of deliveries are planned; the team can do {room|hours} ({load|percent}). Hire or borrow?",
    },
  },
  changes = {
    set("delivery.slot_minutes", 75), set("delivery.per_day", 5), set("accept_fail", "4 work hours"),
    never_in("seller diary", "delivery"),
    protect("seller diary", { "09:30-11:00", "16:00-17:30" }, "hunting"),
    push_back("aftercare.day-30", "2 weeks"),
  },
  never_changes = { "consent", "promises", "first response" },
}

test "the manager hears four weeks ahead, November comes and goes by itself" (function(t)
  t:at "2026-09-01 10:00"
  for _ = 1, 60 do
    local deal = t:deal { handler = "jan", seller = "jan", state = "quoted" }
    t:happens("deal.signed", { deal = deal, seller = "jan", promises = {}, extras = {}, delivery_target = "2026-11-20", payment_agreed = true })
  end
  t:run_for "30 days"
  t:expect_task { card = "peak", count = 0 }
  t:run_for "1 week"
  t:expect_task { card = "peak", step = "mode.warn", who = "sanne", count = 1 }
  t:answers { step = "mode.warn", outcome = "done" }
  t:expect_event { type = "mode.started", count = 0 }
  t:run_for "4 weeks"
  t:expect_event { type = "mode.started", count = 1 }
  t:run_for "4 weeks"
  t:expect_event { type = "mode.ended", count = 1 }
  t:run_for "10 months"
  t:run_for "4 days"
  t:expect_event { type = "mode.started", count = 1 }
  t:expect_task { card = "peak", step = "mode.warn", count = 2 }
end)

test "one car for November: nobody is told to hire; once it fills up, the same day" (function(t)
  t:at "2026-09-28 10:00"
  local function sell()
    local deal = t:deal { handler = "jan", seller = "jan", state = "quoted" }
    t:happens("deal.signed", { deal = deal, seller = "jan", promises = {}, extras = {}, delivery_target = "2026-11-20", payment_agreed = true })
  end
  sell()
  t:at "2026-10-12 10:00"
  t:expect_task { step = "mode.warn", count = 0 }
  for _ = 1, 60 do sell() end
  t:at "2026-10-13 10:00"
  t:expect_task { step = "mode.warn", who = "sanne", count = 1 }
  t:at "2026-10-31 10:00"
  t:expect_task { step = "mode.warn", count = 1 }
end)

test "in November the fails department gets four work hours; a deadline given keeps its own" (function(t)
  t:at "2026-10-30 16:00"
  local first = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = first, stage = "quote", reason = "price" })
  t:run_for "1 day"
  t:expect_task { card = "fails-department", step = "escalation.accept.told", count = 1 }
  t:run_for "2 days"
  t:expect_event { type = "mode.started", count = 1 }
  t:at "2026-11-03 10:00"
  local second = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = second, stage = "quote", reason = "price" })
  t:run_for "3 hours"
  t:expect_task { card = "fails-department", step = "escalation.accept.told", count = 1 }
  t:run_for "2 hours"
  t:expect_task { card = "fails-department", step = "escalation.accept.told", count = 2 }
end)

test "in November a seller delivers nothing, and aftercare is pushed back" (function(t)
  t:at "2026-10-12 10:00"
  local sold = t:deal { handler = "karin", seller = "jan", state = "ready" }
  t:happens("delivery.completed", { deal = sold })
  t:at "2026-11-03 10:00"
  local deal = t:deal { handler = "jan", seller = "jan", state = "signed" }
  t:refused("jan", "appointment.set", { deal = deal, kind = "delivery", at = "2026-11-10 10:00", with = "jan" })
  t:says("jan", "appointment.set", { deal = deal, kind = "delivery", at = "2026-11-10 10:00", with = "karin" })
  t:says("jan", "appointment.set", { deal = deal, kind = "test_drive", at = "2026-11-10 10:00", with = "jan" })
  t:at "2026-11-20 10:00"
  t:expect_task { card = "aftercare", step = "day-30", count = 0 }
  t:at "2026-11-28 10:00"
  t:expect_task { card = "aftercare", step = "day-30", count = 1 }
end)

test "a full delivery team is a peak too, and it does not flap" (function(t)
  t:at "2026-03-02 10:00"
  local sold = {}
  for i = 1, 82 do
    sold[i] = t:deal { handler = "jan", seller = "jan", state = "quoted" }
    t:happens("deal.signed", { deal = sold[i], seller = "jan", promises = {}, extras = {}, delivery_target = "2026-03-20", payment_agreed = true })
  end
  t:run_for "1 day"
  t:expect_event { type = "mode.started", count = 1 }
  for i = 1, 40 do t:happens("delivery.completed", { deal = sold[i] }) end
  t:run_for "2 days"
  t:expect_event { type = "mode.ended", count = 0 }
  t:run_for "7 days"
  t:expect_event { type = "mode.ended", count = 1 }
end)
