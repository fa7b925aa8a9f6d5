-- A prospect who will not commit, puts it off, or says what is not so (S3-16):
-- ask for a date to decide or a pause, then another face. The wording stays
-- neutral: the customer may read it. After that the slowest rhythm.

field "deal.refusals" { type = "integer", default = 0 }
field "deal.delays" { type = "integer", default = 0 }
field "deal.contradictions" { type = "integer", default = 0 }
field "deal.slow" { type = "yes_no", default = false }  -- own-tempo reads it

local counted = {
  no_commitment = { field = "refusals", bound = "difficult_refusals" },
  stalling = { field = "delays", bound = "difficult_delays" },
  false_info = { field = "contradictions", bound = "difficult_contradictions" },
}

rule "difficult-prospect" {
  title = { nl = "Duidelijke volgende stap", en = "A clear next step" },
  about = "deal",
  as_long_as = function(deal) return deal.light == "green" end,
  when "behaviour.observed" {
    run = function(deal, event, act)
      local kind = counted[event.kind]
      local times = deal[kind.field] + 1
      act.set(kind.field, times)
      if times == setting(kind.bound) then
        act.task {
          kind = "call", who = handler, due = "end of next work day",
          title = {
            nl = "Vraag {customer.name} om een datum voor het besluit, of spreek een pauze af",
            en = "Ask {customer.name} for a date to decide, or agree on a pause",
          },
        }
      elseif times == setting(kind.bound) + 1 then
        act.set("slow", true)
        act.task {
          kind = "call", who = role "sales_manager", due = "end of next work day",
          title = {
            nl = "{customer.name} wil nog niet kiezen: een ander gezicht, daarna rustig aan",
            en = "{customer.name} will not choose yet: another face, then the slow rhythm",
          },
        }
      end
    end,
  },
}

test "twice no commitment: a date or a pause; once more: another face" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted", consent = { "phone", "email" } }
  t:happens("behaviour.observed", { deal = deal, kind = "no_commitment" })
  t:expect_task { card = "difficult-prospect", count = 0 }
  t:happens("behaviour.observed", { deal = deal, kind = "no_commitment" })
  t:expect_task { card = "difficult-prospect", who = "jan", count = 1 }
  t:happens("behaviour.observed", { deal = deal, kind = "no_commitment" })
  t:expect_task { card = "difficult-prospect", who = "sanne", count = 1 }
end)

test "after another face: the slowest rhythm" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted", consent = { "phone" }, tempo_days = 14 }
  for _ = 1, 3 do
    t:happens("behaviour.observed", { deal = deal, kind = "no_commitment" })
  end
  t:expect_field(deal, "slow", true)
  t:answers { card = "difficult-prospect", who = "jan", outcome = "reached" }
  t:answers { card = "difficult-prospect", who = "sanne", outcome = "reached" }
  t:happens("contact.made", { deal = deal, channel = "phone" })
  t:run_for "41 days"
  t:expect_task { card = "own-tempo", step = "rhythm", count = 0 }
  t:run_for "4 days"
  t:expect_task { card = "own-tempo", step = "rhythm", count = 1 }
end)

test "the third delay brings the question, not the second" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted", consent = { "phone", "email" } }
  t:happens("behaviour.observed", { deal = deal, kind = "stalling" })
  t:happens("behaviour.observed", { deal = deal, kind = "stalling" })
  t:expect_task { card = "difficult-prospect", count = 0 }
  t:happens("behaviour.observed", { deal = deal, kind = "stalling" })
  t:expect_task { card = "difficult-prospect", who = "jan", count = 1 }
end)
