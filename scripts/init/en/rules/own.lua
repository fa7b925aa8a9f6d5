-- Your own rules. Take away the two dashes in front of a rule's lines, change
-- the words between quotes, save, and type: fairlead check, then fairlead reload

-- When an offer has been shown, the seller asks the next work day how it was
-- received. `starts` is what sets it going, `stops` what ends it.

-- cadence "after-an-offer" {
--   title = { nl = "Na een voorstel", en = "After an offer" },
--   about = "deal",
--   starts = "quote.presented", stops = { "deal.signed", "deal.failed" },
--   step "ask" {
--     after = "1 work day", who = handler,
--     task = call {
--       nl = "Vraag {customer.name} wat ze van het voorstel vinden",
--       en = "Ask {customer.name} what they think of the offer",
--     },
--   },
-- }

-- Where words run out, plain Lua: a thinking customer and a car above € 40.000
-- make a task for the manager. Amounts are in cents.

-- rule "expensive-and-thinking" {
--   title = { nl = "Dure auto, denkt nog na", en = "Expensive car, still thinking" },
--   about = "deal",
--   when "visit.ended" {
--     run = function(deal, event, act)
--       if event.data.outcome == "thinking" and (deal.price or 0) >= 4000000 then
--         act.task {
--           kind = "call", who = role "sales_manager", due = "end of next work day",
--           title = { nl = "Bel {customer.name} zelf", en = "Call {customer.name} yourself" },
--         }
--       end
--     end,
--   },
-- }

-- And its test: what must happen, in the same words. Type: fairlead test

-- test "after an offer we ask" (function(t)
--   t:at "2026-09-01 10:00"
--   local deal = t:deal { handler = "jan", state = "visited", consent = { "phone" } }  -- the law asks for it
--   t:happens("quote.presented", { deal = deal, amount = "€ 30.000" })
--   t:run_for "2 days"
--   t:expect_task { card = "after-an-offer", who = "jan", count = 1 }
-- end)
