-- Who does not look back makes the same mistake again (S3-11, S3-15). What a
-- seller learned comes back: on the first work day of the month, when whoever has
-- customers writes down three situations; on the deal itself when an objection
-- comes up; and as one task for the manager when a lesson returns too often.
-- Change it: set("coach_after", 4) in settings.lua. DOMAIN rule 20.

event "standard.lesson_learned" { subject = "person", fields = { person = "person", code = "text", deal = "text" } }
field "person.learned" { type = "list" }  -- lists of code, deal, when, told: what it was stands with the deal
event "standard.review_begun" { subject = "person", fields = { person = "person" } }
event "standard.review_due" { subject = "person", fields = { person = "person" } }
field "person.last_month" { type = "text" }
field "person.review_planned" { type = "yes_no", default = false }

local day = 86400000

rule "lesson-is-somebodys" {
  title = { nl = "Elke les is van iemand", en = "Every lesson is somebody's" },
  about = "deal",
  when "lesson.recorded" {
    run = function(deal, event, act)
      local who = deal.seller or deal.handler
      if who then act.emit("standard.lesson_learned", { person = who.id, code = event.data.code, deal = deal.link }) end
    end,
  },
  when "deal.lost" {
    run = function(deal, event, act)
      local who = deal.seller or deal.handler
      local code = (event.data.reasons or {})[1]
      if who and code then act.emit("standard.lesson_learned", { person = who.id, code = code, deal = deal.link }) end
    end,
  },
  when "objection.raised" {  -- S3-15: have the answer ready
    unless = function(deal) return deal.lesson == nil end,
    task = todo {
      nl = "{customer.name} aarzelt. Wat we bij deze klant leerden: {lesson}",
      en = "{customer.name} hesitates. What we learned with this customer: {lesson}",
    },
    who = handler, due = "end of day",
  },
  when "deal.state_changed" {  -- a loss that wakes up: read why it was lost
    unless = function(deal, event) return deal.lesson == nil or event.data.from ~= "dormant" or event.data.to == "stopped" end,
    task = todo {
      nl = "{customer.name} is terug na een nee. Doe nu anders: {lesson}",
      en = "{customer.name} is back after a no. Do it differently now: {lesson}",
    },
    who = handler, due = "end of day",
  },
}

rule "who-looks-back" {
  title = { nl = "Wie klanten heeft kijkt terug", en = "Who has customers looks back" },
  about = "deal",
  when { "lead.assigned", "lead.reassigned", "lead.granted", "up.taken", "visit.started" } {
    run = function(deal, event, act)
      local who = deal.handler
      if who and not who.review_planned then act.emit("standard.review_begun", { person = who.id }) end
    end,
  },
}

rule "self-review" {
  title = { nl = "Elke maand terugkijken", en = "Look back every month" },
  about = "person",
  when { "standard.review_begun", "standard.lesson_learned" } {
    run = function(person, event, act)
      if person.review_planned then return end
      act.set("review_planned", true)
      act.timer("review", "first work day of next month")
    end,
  },
  when "standard.lesson_learned" {
    run = function(person, event, act)
      local kept = {}
      local same = 1
      for _, old in ipairs(person.learned or {}) do
        local age = event.at - old[3]
        if age <= setting "coach_days" * day or not old[4] then kept[#kept + 1] = old end
        if old[1] == event.data.code and age <= setting "coach_days" * day then same = same + 1 end
      end
      kept[#kept + 1] = { event.data.code, event.data.deal, event.at, false }
      act.set("learned", kept)
      if same == setting "coach_after" then
        act.task {
          kind = "todo", who = role "sales_manager", due = "end of next work day", each_event = true,
          title = {
            nl = "{person.name} leert " .. same .. " keer dezelfde les (" .. event.data.code .. "): ga er samen voor zitten",
            en = "{person.name} learns the same lesson " .. same .. " times (" .. event.data.code .. "): sit down together",
          },
        }
      end
    end,
  },
  when "timer.fired" {
    name = "review",
    run = function(person, event, act)
      if person.left then return end
      act.timer("review", "first work day of next month")
      if person.absent then return end
      local said = {}
      local kept = {}
      for _, one in ipairs(person.learned or {}) do
        if not one[4] then said[#said + 1] = one[1] .. " (" .. one[2] .. ")" end
        kept[#kept + 1] = { one[1], one[2], one[3], true }
      end
      act.set("learned", kept)
      act.set("last_month", table.concat(said, ", "))
      act.emit("standard.review_due", { person = person.id })
    end,
  },
  when "standard.review_due" {  -- S3-18: three situations, and what would have helped
    task = todo {
      nl = "Terugkijken op vorige maand: schrijf drie situaties op, en wat jij eerder had kunnen doen ({person.last_month})",
      en = "Look back on last month: write down three situations, and what you could have done sooner ({person.last_month})",
    },
    who = owner, due = "end of next work day",
    answers = { done = record "self_review.completed" { ask = "items" } },
  },
}

gate "three-situations" {
  title = { nl = "Terugkijken: drie situaties", en = "Looking back: three situations" },
  guards = "self_review.completed",
  refuses {
    field = "items", when = function(person, event) return #(event.data.items or {}) < setting "review_items" end,
    say = {
      nl = "Noem er drie, en bij elk wat jij eerder had kunnen doen",
      en = "Name three, and with each what you could have done sooner",
    },
  },
}

test "three times the same lesson in ninety days: the manager coaches once" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("lesson.recorded", { deal = deal, code = "late_call", lesson = "Call the same day" })
  t:happens("lesson.recorded", { deal = deal, code = "late_call", lesson = "Call the same day" })
  t:happens("lesson.recorded", { deal = deal, code = "no_manager", lesson = "Ask Sanne sooner" })
  t:expect_task { card = "self-review", who = "sanne", count = 0 }
  t:happens("lesson.recorded", { deal = deal, code = "late_call", lesson = "Call the same day" })
  t:happens("lesson.recorded", { deal = deal, code = "late_call", lesson = "Call the same day" })
  t:expect_task { card = "self-review", who = "sanne", count = 1 }
end)

test "three times, but not within ninety days" (function(t)
  t:at "2026-06-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("lesson.recorded", { deal = deal, code = "late_call" })
  t:happens("lesson.recorded", { deal = deal, code = "late_call" })
  t:at "2026-09-01 10:00"
  t:happens("lesson.recorded", { deal = deal, code = "late_call" })
  t:expect_task { card = "self-review", who = "sanne", count = 0 }
end)

test "on the first work day of the month one task with last month's lessons" (function(t)
  t:at "2026-10-05 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("lesson.recorded", { deal = deal, code = "late_call", lesson = "Call the same day" })
  t:happens("lesson.recorded", { deal = deal, code = "no_manager", lesson = "Ask Sanne sooner" })
  t:at "2026-11-02 08:59"
  t:expect_task { card = "self-review", who = "jan", count = 0 }
  t:at "2026-11-02 09:00"
  t:expect_task { card = "self-review", who = "jan", count = 1 }
  t:expect_task { card = "self-review", who = "piet", count = 0 }
  t:run_for "3 months"
  t:expect_task { card = "self-review", who = "jan", count = 1 }
  t:answers { card = "self-review", who = "jan", outcome = "done", fields = { items = { "price: trade-in first", "no demo: offer it", "lost touch: call" } } }
  t:expect_field("jan", "reviews", 1)
  t:run_for "2 months"
  t:expect_task { card = "self-review", who = "jan", count = 2 }
end)

test "a seller without lessons looks back too, one who left does not" (function(t)
  t:at "2026-10-05 10:00"
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" } })
  t:happens("lead.received", { customer = { name = "Ruud Bos", phone = "0687654321" } })
  t:happens("person.left", { person = "piet", deputy = "jan" })
  t:at "2026-11-02 09:00"
  t:expect_task { card = "self-review", who = "jan", kind = "todo", count = 1 }
  t:expect_task { card = "self-review", count = 1 }
end)

test "fewer than three situations are refused" (function(t)
  t:at "2026-10-05 10:00"
  t:refused("jan", "self_review.completed", { person = "jan", items = { "price" } }, "items")
  t:says("jan", "self_review.completed", { person = "jan", items = { "price", "no demo", "lost touch" } })
  t:expect_field("jan", "reviews", 1)
end)

test "a lesson of a closed first day does not put last month's off" (function(t)
  t:at "2026-10-05 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("lesson.recorded", { deal = deal, code = "late_call" })
  t:at "2026-11-01 12:00"  -- a Sunday
  t:happens("lesson.recorded", { deal = deal, code = "no_manager" })
  t:at "2026-11-02 09:00"
  t:expect_task { card = "self-review", who = "jan", count = 1 }
end)

test "the lesson comes back with an objection" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("objection.raised", { deal = deal, code = "price" })
  t:expect_task { card = "lesson-is-somebodys", count = 0 }
  t:happens("lesson.recorded", { deal = deal, code = "price", lesson = "First the trade-in, then the price" })
  t:happens("objection.raised", { deal = deal, code = "price" })
  t:expect_task { card = "lesson-is-somebodys", who = "jan", count = 1 }
end)

test "back after a lost deal: the handler reads what to do differently" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price", save_a_deal = { done = true, quality = 2 } })
  t:happens("deal.lost", { deal = deal, reasons = { "price" }, do_differently = "Ask about the trade-in in the first talk" })
  t:expect_task { card = "lesson-is-somebodys", count = 0 }
  t:happens("contact.made", { deal = deal, channel = "phone" })
  t:expect_state(deal, "engaged")
  t:expect_task { card = "lesson-is-somebodys", who = "jan", count = 1 }
  t:expect_event { type = "card.failed", count = 0 }
  t:expect_event { type = "standard.lesson_learned", count = 1 }
end)

test "a stopped deal brings no lesson back" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.failed", { deal = deal, stage = "quote", reason = "price", save_a_deal = { done = true, quality = 2 } })
  t:happens("deal.lost", { deal = deal, reasons = { "price" }, do_differently = "Ask about the trade-in sooner" })
  t:happens("prospect.bought_elsewhere", { deal = deal, brand = "Kia" })
  t:expect_state(deal, "stopped")
  t:expect_task { card = "lesson-is-somebodys", count = 0 }
end)
