-- Je eigen kaarten. Haal voor de regels van een kaart de twee streepjes weg,
-- verander de woorden tussen aanhalingstekens, bewaar, en typ: fairlead check,
-- daarna fairlead reload

-- Is er een voorstel gedaan, dan vraagt de verkoper de volgende werkdag hoe het
-- viel. `starts` is wat de kaart begint, `stops` wat haar stopt.

-- cadence "na-een-voorstel" {
--   title = { nl = "Na een voorstel", en = "After an offer" },
--   about = "deal",
--   starts = "quote.presented", stops = { "deal.signed", "deal.failed" },
--   step "vragen" {
--     after = "1 werkdag", who = handler,
--     task = call {
--       nl = "Vraag {customer.name} wat ze van het voorstel vinden",
--       en = "Ask {customer.name} what they think of the offer",
--     },
--   },
-- }

-- Waar woorden tekortschieten, gewone Lua: een klant die nadenkt over een auto
-- van meer dan € 40.000 wordt een taak voor de verkoopleider. Bedragen zijn in centen.

-- rule "duur-en-denkt-na" {
--   title = { nl = "Dure auto, denkt nog na", en = "Expensive car, still thinking" },
--   about = "deal",
--   when "visit.ended" {
--     run = function(deal, event, act)
--       if event.data.outcome == "thinking" and (deal.price or 0) >= 4000000 then
--         act.task {
--           kind = "call", who = role "sales_manager", due = "einde volgende werkdag",
--           title = { nl = "Bel {customer.name} zelf", en = "Call {customer.name} yourself" },
--         }
--       end
--     end,
--   },
-- }

-- En de test ernaast: wat er moet gebeuren, in dezelfde woorden. Typ: fairlead test

-- test "na een voorstel vragen we hoe het viel" (function(t)
--   t:at "2026-09-01 10:00"
--   local deal = t:deal { handler = "jan", state = "visited", consent = { "phone" } }  -- dat vraagt de wet
--   t:happens("quote.presented", { deal = deal, amount = "€ 30.000" })
--   t:run_for "2 dagen"
--   t:expect_task { card = "na-een-voorstel", who = "jan", count = 1 }
-- end)
