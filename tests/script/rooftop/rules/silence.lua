-- Nothing falls silent: one task for the manager, naming the card at fault.
cadence "one-call" { about = "deal", starts = "contact.requested",
  step "only" { after = "1 day", task = call "Call once", who = handler, purpose = "service" } }

test "a lead that no card takes care of" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web" })
  t:expect_task { card = "engine", step = "silent", who = "sanne", open = true, count = 1 }
  t:happens("note.added", { customer = "phone:+31612345678", text = "still nobody" })
  t:expect_task { card = "engine", step = "silent", count = 1 }
end)

test "a new plan and somebody to do it take the task away" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web", deal = "S-1" })
  t:expect_task { card = "engine", step = "silent", open = true, count = 1 }
  t:happens("contact.requested", { deal = "S-1", channel = "phone" })
  t:expect_task { card = "engine", step = "silent", open = true, count = 1 }  -- planned now, but still nobody's
  t:happens("lead.assigned", { deal = "S-1", to = "jan" })
  t:expect_task { card = "engine", step = "silent", open = true, count = 0 }
end)

test "done without a plan: again the next morning, no sooner" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("lead.received", { customer = { name = "Sofie Peeters", phone = "0612345678" }, channel = "web" })
  t:answers { card = "engine", step = "silent", outcome = "done" }
  t:expect_task { card = "engine", step = "silent", count = 1 }
  t:run_for "1 day"
  t:expect_task { card = "engine", step = "silent", open = true, count = 1 }
  t:everyone_answers "done"
  t:run_for "8 days"
  t:expect_task { card = "engine", step = "silent", at_least = 6, at_most = 9 }
end)

test "who leaves for good: the manager hears at once what is left behind" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("contact.requested", { deal = deal, channel = "phone" })
  t:run_for "2 days"
  t:happens("person.left", { person = "jan" })
  t:expect_task { card = "engine", step = "silent:left", who = "sanne", count = 1 }
  t:happens("note.added", { deal = deal, text = "and once more" })
  t:expect_task { card = "engine", step = "silent:left", count = 1 }
end)

rule "greeting" { about = "visit", starts = "up.taken", stops = "visit.ended",
  step "greet" { after = "10 minutes", task = todo "Go there", who = on_duty "sales_manager" } }

test "who a planned step names is enough while nobody has the customer" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("up.taken", { customer = { name = "Sofie Peeters", phone = "0612345678" } })
  t:expect_task { card = "engine", step = "silent", count = 0 }
  t:run_for "11 minutes"
  t:expect_task { step = "greet", who = "sanne", open = true, count = 1 }
  t:expect_task { card = "engine", step = "silent", count = 0 }
  t:answers { step = "greet", outcome = "done" }
  t:expect_task { card = "engine", step = "silent", who = "sanne", open = true, count = 1 }
end)

rule "papers" { about = "deal", starts = "quote.presented",
  step "check" { after = "0 minutes", task = todo "Check the papers", who = role "fni" } }

test "a task for a role that nobody has is told to the manager once" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("quote.presented", { deal = deal, amount = "€ 20.000" })
  t:run_for "1 minute"
  t:expect_task { card = "papers", open = true, count = 1 }
  t:expect_task { card = "engine", step = "silent", who = "sanne", open = true, count = 1 }
  t:happens("note.added", { deal = deal, text = "still there" })
  t:expect_task { card = "engine", step = "silent", count = 1 }
end)
