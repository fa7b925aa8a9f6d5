-- Where words run out: plain Lua.

event "acme.hot_deal_won" { subject = "deal", fields = { score = "number" } }
field "deal.touch_score" { type = "number", default = 0 }
rule "score-touches" {
  about = "deal",
  when { "contact.made", "visit.ended" } {
    run = function(deal, event, act)
      local score = deal.touch_score + (event.type == "visit.ended" and 3 or 1)
      act.set("touch_score", score)
      if score >= 10 and not deal.flagged then
        act.task { kind = "call", who = role "sales_manager", title = "Warm: {customer.name}", each_event = true, due = "end of next work day" }
        act.timer("cool-down", "2 weeks")
      end
    end,
  },
  when "timer.fired" { name = "cool-down", run = function(deal, event, act) act.set("touch_score", 0) end },
  when "deal.signed" { run = function(deal, event, act) act.cancel("cool-down") act.emit("acme.hot_deal_won", { score = deal.touch_score }) end },
}

test "four visits make a warm deal, two weeks of silence cool it down" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone", "email" } }
  for i = 1, 3 do
    t:happens("visit.ended", { deal = deal, outcome = "thinking", turned_over_to = "piet" })
  end
  t:expect_field(deal, "touch_score", 9)
  t:expect_task { card = "score-touches", count = 0 }
  t:happens("visit.ended", { deal = deal, outcome = "thinking", turned_over_to = "piet" })
  t:happens("contact.made", { deal = deal, channel = "phone" })
  t:expect_task { card = "score-touches", who = "sanne", count = 2 }
  t:run_for "13 days"
  t:expect_field(deal, "touch_score", 13)
  t:run_for "1 day"
  t:expect_field(deal, "touch_score", 0)
end)

test "the signature cancels the timer and tells the world" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  for i = 1, 4 do
    t:happens("visit.ended", { deal = deal, outcome = "thinking", turned_over_to = "piet" })
  end
  t:happens("deal.signed", { deal = deal })
  t:expect_event { type = "acme.hot_deal_won", count = 1 }
  t:run_for "3 weeks"
  t:expect_field(deal, "touch_score", 12)
end)

rule "breaks" {
  about = "deal",
  when "objection.raised" { run = function(deal, event, act) act.task { title = "before", who = handler } local x = (deal).no_such_thing + 1 act.note("" .. x) end },
}
rule "goes-on" {
  about = "deal",
  when "objection.raised" { run = function(deal, event, act) act.task { title = "mine", who = handler, each_event = true } end },
}

test "a failing rule loses its own effects only, and the manager hears once" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("objection.raised", { deal = deal, code = "price" })
  t:happens("objection.raised", { deal = deal, code = "colour" })
  t:expect_task { card = "goes-on", count = 2 }
  t:expect_task { card = "breaks", who = "jan", count = 0 }
  t:expect_task { card = "breaks", who = "sanne", count = 1 }
  t:expect_event { type = "card.failed", count = 2 }
end)

rule "turns" {
  about = "deal",
  when "quote.presented" { run = function(deal, event, act) act.assign(round_robin "sales") end },
}

test "round robin gives everybody a turn and skips who is away" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("person.absent", { person = "piet" })
  local one, two, three = t:deal { state = "visited" }, t:deal { state = "visited" }, t:deal { state = "visited" }
  t:happens("quote.presented", { deal = one })
  t:happens("quote.presented", { deal = two })
  t:happens("quote.presented", { deal = three })
  t:expect_field(one, "handler", "jan")
  t:expect_field(two, "handler", "ans")
  t:expect_field(three, "handler", "jan")
end)

rule "to-the-deputy" {
  about = "deal",
  when "incident.reported" { run = function(deal, event, act) act.task { title = "help", who = handler } end },
}

test "an absent person's tasks go to the deputy" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("person.absent", { person = "jan", deputy = "ans" })
  t:happens("incident.reported", { deal = deal, kind = "flat tyre" })
  t:expect_task { card = "to-the-deputy", who = "ans", count = 1 }
end)

rule "moved" {
  about = "deal",
  when { "deal.turned_over", "deal.signed" } {
    run = function(deal, event, act)
      if event.before.state ~= deal.state then
        act.task { title = "was " .. event.before.state .. ", is " .. deal.state, who = handler, each_event = true }
      end
    end,
  },
}

test "a rule sees how it was before the event" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("deal.turned_over", { deal = deal, to = "piet" })
  t:expect_task { card = "moved", count = 0 }
  t:happens("deal.signed", { deal = deal })
  t:expect_task { card = "moved", count = 1 }
end)

-- A pack may add to the life cycle of a deal.
event "acme.tender_sent" { subject = "deal", moves = { open = "deciding_at_home" }, means = "A tender was handed in." }

test "an event of our own moves the deal" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "engaged" }
  t:happens("acme.tender_sent", { deal = deal })
  t:expect_state(deal, "deciding_at_home")
  local sold = t:deal { handler = "jan", state = "preparing" }
  t:happens("acme.tender_sent", { deal = sold })
  t:expect_state(sold, "preparing")
end)
