-- A field that one card sets moves the steps of others in the same commit.
field "deal.check_at" { type = "time" }
field "deal.pace" { type = "integer", default = 14 }

rule "agreed" { about = "deal",
  when "quote.presented" { run = function(deal, event, act)
    act.set("check_at", event.valid_until)
    act.set("pace", 3)
end } }

cadence "checks" { about = "deal", starts = "contact.made",
  step "before" { before = "2 days", of = "check_at", task = todo "Ask before it ends", who = handler },
  step "pace" { after = function(deal) return deal.pace end, task = todo "Ask", who = handler } }

test "a date that a card sets is waited for at once" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("contact.made", { deal = deal, channel = "phone" })
  t:happens("quote.presented", { deal = deal, amount = "€ 20.000", valid_until = "2026-09-20 12:00" })
  t:run_for "3 days"
  t:expect_task { card = "checks", step = "pace", count = 1 }
  t:run_for "13 days"
  t:expect_task { card = "checks", step = "before", count = 0 }
  t:run_for "2 days"
  t:expect_task { card = "checks", step = "before", count = 1 }
end)
