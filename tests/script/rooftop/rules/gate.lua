-- A gate that guards answers too, and one broken gate.
gate "visit-outcome" {
  guards = "save_a_deal.done",
  needs { result = words { at_least = 5 } },
}
cadence "ask-objection" {
  about = "deal", starts = "payment.received",
  step "ask" {
    after = "1 day", task = call "Ask what holds them back", who = handler,
    answers = { said = record "save_a_deal.done" { quality = 1 }, nothing = note "nothing" },
  },
}
test "an answer passes the same gate" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone", "email" } }
  t:happens("payment.received", { deal = deal, amount = 100 })
  t:run_for "2 days"
  local ok, why = pcall(function() t:answers { step = "ask", outcome = "said" } end)
  assert(not ok and why:find("missing"), "the answer lacked its words: " .. tostring(why))
  t:expect_event { type = "save_a_deal.done", count = 0 }
  t:expect_task { step = "ask", open = true, count = 1 }
  t:answers { step = "ask", outcome = "said", fields = { result = "we lower it" } }
  t:expect_event { type = "save_a_deal.done", count = 1 }
  t:expect_task { step = "gate:save_a_deal.done", count = 0 }
end)
