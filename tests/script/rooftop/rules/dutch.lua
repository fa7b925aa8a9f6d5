-- De taal in het Nederlands: eenheden, momenten en vaste woorden.

rule "nederlands" {
  about = "deal", starts = "quote.presented", stops = "deal.signed", counts_by = "eind van de periode",
  step "wacht" { after = "2 werkdagen", from = "begin", task = call "bel", who = handler, if_late = "volgende moment", offers = "nooit" },
  step "daarna" { after = "een week", from = "vorige stap", task = todo "daarna", who = handler, due = "einde van de dag" },
  step "sluit" { at = "sluitingstijd", task = todo "sluit", who = handler, if_missed = { tell = role "sales_manager", at = "openingstijd" } },
  step "ritme" { every = "drie weken", from = "laatste contact", up_to = "1 jaar", task = call "ritme", who = handler, by = { "telefoon", "email" }, purpose = "hulp" },
}

test "Nederlandse woorden doen wat ze zeggen" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone" } }
  t:happens("quote.presented", { deal = deal })
  t:at "2026-09-01 18:01"
  t:expect_task { card = "nederlands", step = "sluit", who = "jan", count = 1 }
  t:at "2026-09-02 18:00"
  t:expect_task { card = "nederlands", step = "wacht", count = 0 }
  t:at "2026-09-03 09:00"
  t:expect_task { card = "nederlands", step = "wacht", count = 1 }
  t:expect_task { card = "nederlands", step = "sluit.told", who = "sanne", count = 1 }
  t:answers { card = "nederlands", step = "wacht", outcome = "no_answer" }
  t:at "2026-09-10 09:00"
  t:expect_task { card = "nederlands", step = "daarna", count = 1 }
  t:at "2026-09-22 12:00"
  t:expect_task { card = "nederlands", step = "ritme", who = "jan", count = 1 }
end)

rule "nederlands-in-lua" {
  about = "deal",
  when "objection.raised" {
    run = function(deal, event, act)
      act.task { kind = "call", who = handler, title = "bel", purpose = "hulp", due = "einde van de volgende werkdag" }
    end,
  },
}

test "Nederlandse woorden in gewone Lua" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone" } }
  t:happens("objection.raised", { deal = deal, code = "price" })
  t:expect_task { card = "nederlands-in-lua", who = "jan", kind = "call", count = 1 }
  t:expect_task { card = "nederlands-in-lua", who = "sanne", count = 0 }
end)
