-- Nobody leaves unsold without a second face (S4-06, S4-07, S4-08). The manager
-- says hello while the customer is still there; afterwards is too late.
-- Change it: set("say_hello", "25 work minutes") in settings.lua.

rule "second-face-before-leaving" {
  title = { nl = "Niemand vertrekt zonder tweede gezicht", en = "Nobody leaves unsold without a second face" },
  about = "visit",
  starts = { "visit.started", "visit.ended" }, stops = { "deal.signed", "deal.turned_over" },
  step "say-hello" {
    after = setting "say_hello", if_late = "skip", if_state = "open",
    unless = function(visit) return visit.turned_over_to ~= nil end,
    task = todo {
      nl = "{visit.person} zit al een tijd met {customer.name}. Groet even voor ze gaan",
      en = "{visit.person} has been with {customer.name} for a while. Say hello before they go",
    },
    who = on_duty "sales_manager",
  },
  when "visit.ended" {
    if_state = "unsold",
    unless = function(visit) return visit.turned_over_to ~= nil or visit.deal.signed_at ~= nil end,
    alert = {
      who = on_duty "sales_manager", else_who = role "closer", within = setting "alert_unsold",
      text = {
        nl = "{customer.name} vertrok zonder jou te spreken ({visit.left_reason})",
        en = "{customer.name} left without meeting you ({visit.left_reason})",
      },
    },
    task = call {
      nl = "Bel {customer.name}: bedank, vraag wat er ontbrak. Niet duwen",
      en = "Call {customer.name}: thank, ask what was missing. No push",
    },
    within = "4 work hours", who = on_duty "sales_manager",
    also = record "deal.failed" { stage = "visit", to_done = false },
  },
  step "forgotten" {  -- nobody logged the end of the visit
    at = "closing time", if_state = "open",
    task = todo { nl = "Hoe liep het bezoek van {customer.name} af?", en = "How did the visit of {customer.name} end?" },
    who = person_in "visit.person", due = "end of day",
    if_missed = { tell = role "sales_manager", at = "opening" },
  },
}

test "forty minutes in: the manager says hello" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "engaged" }
  t:happens("visit.started", { deal = deal, person = "jan" })
  t:run_for "39 minutes"
  t:expect_task { step = "say-hello", count = 0 }
  t:run_for "1 minute"
  t:expect_task { step = "say-hello", who = "sanne", count = 1 }
end)

test "gone after half an hour: there is nobody left to greet" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "engaged" }
  t:happens("visit.started", { deal = deal, person = "jan" })
  t:run_for "30 minutes"
  t:happens("visit.ended", { deal = deal, person = "jan", outcome = "thinking", turned_over_to = "sanne" })
  t:run_for "2 hours"
  t:expect_task { card = "second-face-before-leaving", count = 0 }
  t:expect_state(deal, "deciding_at_home")
end)

test "left unsold without a second face: alert, call, and a failed deal" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "engaged", consent = { "phone", "email" } }
  t:happens("visit.started", { deal = deal, person = "jan" })
  t:run_for "30 minutes"
  t:happens("visit.ended", { deal = deal, person = "jan", outcome = "left", left_reason = "had to go" })
  t:expect_task { step = "when:visit.ended.alert", who = "sanne", count = 1 }
  t:expect_task { step = "when:visit.ended", who = "sanne", kind = "call", count = 1 }
  t:expect_event { type = "deal.failed", count = 1 }
  t:expect_event { type = "fails.case_opened", count = 1 }
  t:run_for "6 minutes"
  t:expect_task { step = "when:visit.ended.alert.else", count = 1 }
end)

test "the alert was heard: nobody else is called" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "engaged", consent = { "phone", "email" } }
  t:happens("visit.started", { deal = deal, person = "jan" })
  t:happens("visit.ended", { deal = deal, person = "jan", outcome = "left" })
  t:answers { step = "when:visit.ended.alert", outcome = "done" }
  t:run_for "1 hour"
  t:expect_task { step = "when:visit.ended.alert.else", count = 0 }
end)

test "only the leaving was logged: the same" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone", "email" } }
  t:happens("visit.ended", { deal = deal, person = "jan", outcome = "left" })
  t:expect_task { step = "when:visit.ended.alert", who = "sanne", count = 1 }
  t:expect_event { type = "deal.failed", count = 1 }
end)

test "sold: nothing to do" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "engaged" }
  t:happens("visit.started", { deal = deal, person = "jan" })
  t:happens("deal.signed", { deal = deal, seller = "jan" })
  t:happens("visit.ended", { deal = deal, person = "jan", outcome = "sold" })
  t:run_for "1 day"
  t:expect_task { card = "second-face-before-leaving", count = 0 }
end)

test "nobody noted the end: asked at closing time, the manager the next morning" (function(t)
  t:at "2026-09-01 15:00"
  local deal = t:deal { handler = "jan", state = "engaged" }
  t:happens("visit.started", { deal = deal, person = "jan" })
  t:at "2026-09-01 17:59"
  t:expect_task { step = "forgotten", count = 0 }
  t:at "2026-09-01 18:01"
  t:expect_task { step = "forgotten", who = "jan", count = 1 }
  t:at "2026-09-02 09:30"
  t:expect_task { step = "forgotten.told", who = "sanne", count = 1 }
end)
