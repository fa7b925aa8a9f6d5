-- 5 November peak: a mode changes other cards' numbers, and changes them back by itself
mode "peak" {
  starts = every_year { from = "1 November", to = "30 November" },
  or_when = function(rooftop) return rooftop.deliveries.planned_load > setting "peak_load" end,      -- 80%
  back_when = function(rooftop) return rooftop.deliveries.planned_load < setting "calm_load" end,    -- 65%, so that it does not flap
  lasts_at_least = "5 work days",
  warn = { before = "4 weeks", who = role "sales_manager", text = "Planned deliveries {load|percent} of what the team can do, short of {gap|hours}. Hire or borrow?" },
  changes = {
    set("delivery.slot_minutes", 75), set("delivery.per_day", 5), set("fails.accept_within", "4 work hours"),
    never_in("seller diary", "delivery"), protect("seller diary", { "09:30-11:00", "16:00-17:30" }, "hunting"), push_back("aftercare.day-30", "2 weeks"),
  },
  never_changes = { "consent", "promises", "first response" },       -- a deadline already given keeps the value it started with
}
