-- Contact at the customer's own tempo, for eighteen months.
-- The customer who is thinking it over hears from us every three weeks, or as
-- often as the customer asked, until it is signed, bought elsewhere or no use.
-- Change it: set("tempo", "4 weeks") or set("patience", "2 years") in settings.lua.

-- Four colours of people, four tempos (S3-06, S3-27); yellow is the usual one.
local function tempo_of(colour)
  if colour == "red" then return setting "tempo_red" end
  if colour == "green" then return setting "tempo_green" end
  if colour == "blue" then return setting "tempo_blue" end
  return setting "tempo"
end

-- And how to talk with them: the task says it (S3-28).
local style = {
  red = { nl = "kort, eerst het resultaat", en = "brief, the result first" },
  yellow = { nl = "luchtig, met tijd voor een praatje", en = "light, with time for a chat" },
  green = { nl = "rustig, zonder haast", en = "calm, no hurry" },
  blue = { nl = "feiten en cijfers, alles op papier", en = "facts and figures, all on paper" },
}

field "customer.style_nl" { type = "text" }
field "customer.style_en" { type = "text" }

rule "how-to-talk" {
  title = { nl = "Hoe praat je met deze klant", en = "How to talk with this customer" },
  about = "customer",
  when "contact.made" {
    run = function(customer, event, act)
      local how = style[event.data.customer_colour]
      if not how then return end
      act.set("style_nl", how.nl)
      act.set("style_en", how.en)
    end,
  },
}

-- Pressure reads as desperation: check warns where a sentence of a card has one
-- of these.
word_list "pressure" {
  nl = { "alleen vandaag", "nu of nooit", "laatste kans", "op is op", "u moet nu", "beslis nu" },
  en = { "today only", "now or never", "last chance", "act now", "you must decide", "limited time" },
}

cadence "own-tempo" {
  title = { nl = "Contact in het tempo van de klant", en = "Keep in touch at the customer's tempo" },
  about = "deal",
  starts = { "visit.ended", "quote.presented", "contact.made", "deal.revived" },
  as_long_as = function(deal)
    -- a failed deal belongs to the fails department until it rests
    return deal.light == "green" and deal.state ~= "failed" and deal.state ~= "saving" and deal.state ~= "fails_working"
  end,
  stops = { "deal.signed", "prospect.bought_elsewhere", "prospect.product_blocked", "customer.objected" },
  pauses = { from = "appointment.set", to = { "appointment.kept", "appointment.missed" } },
  step "ask-tempo" {
    after = "1 work day", once = true,
    unless = function(deal) return deal.customer.tempo_days ~= nil end, by = { "phone", "email" },
    task = call {
      nl = "Bedank {customer.first_name}. Vraag: wanneer hoort u graag weer van mij, en mag ik u bellen?",
      en = "Thank {customer.first_name}. Ask: when would you like to hear from me again, and may I call?",
    },
    who = handler, purpose = "help", writes = { "tempo_days", "consent.phone" },
  },
  step "rhythm" {
    every = function(deal)
      if deal.slow then return setting "difficult_tempo" end  -- S3-16: no more pressure
      return deal.customer.tempo_days or tempo_of(deal.customer.customer_colour)
    end,
    at_least = "14 days", at_most = "42 days", from = "last touch", up_to = setting "patience",
    task = call {
      nl = "Nog vragen? Denkt u er nog over na? ({customer.style_nl})",
      en = "Any questions? Still thinking it over? ({customer.style_en})",
    },
    who = handler, purpose = "help", offers = "never", by = { "phone", "email" }, if_late = "next slot",
    answers = {
      reached = record "contact.made", no_answer = again { after = "2 work days", at_most = 2 },
      later = record "contact.made" { ask = "next_contact_at" },
      bought = record "prospect.bought_elsewhere" { ask = "brand" },
      impossible = record "prospect.product_blocked" { ask = { "feature", "alternatives_checked" } },
      leave_me_be = record "customer.objected",
    },
  },
  step "patience-over" {
    when_over = "rhythm", who = role "sales_manager",
    task = todo {
      nl = "Anderhalf jaar met {customer.name}: doorgaan, rustiger, of stoppen met een reden?",
      en = "Eighteen months with {customer.name}: go on, slow down, or stop with a reason?",
    },
    answers = {
      go_on = again { after = "6 months" }, slow_down = again { after = "1 year" },
      stop = record "deal.stopped" { ask = "reason" },
    },
  },
}

test "eighteen months, every three weeks, then bought" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone" } }
  t:happens("visit.ended", { deal = deal, outcome = "thinking", turned_over_to = "piet" })
  t:everyone_answers "reached"
  t:run_for "17 months"
  t:expect_task { who = "jan", step = "rhythm", at_least = 23, at_most = 25 }
  t:happens("deal.signed", { deal = deal })
  t:run_for "3 months"
  t:expect_none { card = "own-tempo" }
end)

test "the customer chooses: every five weeks" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone" } }
  t:happens("visit.ended", { deal = deal, outcome = "thinking", turned_over_to = "piet" })
  t:run_for "1 day"
  t:answers { step = "ask-tempo", outcome = "reached", fields = { tempo_days = 35, ["consent.phone"] = true } }
  t:everyone_answers "reached"
  t:run_for "350 days"
  t:expect_task { who = "jan", step = "rhythm", at_least = 9, at_most = 10 }
end)

test "bought elsewhere: the calls stop at once" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone" } }
  t:happens("visit.ended", { deal = deal, outcome = "thinking", turned_over_to = "piet" })
  t:everyone_answers "reached"
  t:run_for "4 months"
  t:nobody_answers()
  t:run_for "3 weeks"
  t:answers { step = "rhythm", outcome = "bought", fields = { brand = "Kia" } }
  t:run_for "1 year"
  t:expect_none { card = "own-tempo" }
  t:expect_state(deal, "stopped")
end)

test "no consent: the manager is asked, nobody is called" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("visit.ended", { deal = deal, outcome = "thinking", turned_over_to = "piet" })
  t:run_for "3 days"
  t:expect_task { who = "jan", count = 0 }
  t:expect_task { step = "ask-tempo", count = 1 }
end)

test "a blue customer is called less often than a red one" (function(t)
  t:at "2026-09-01 10:00"
  local red = t:deal { handler = "jan", state = "visited", consent = { "phone" } }
  local blue = t:deal { handler = "piet", state = "visited", consent = { "phone" } }
  t:happens("contact.made", { deal = red, channel = "phone", customer_colour = "red" })
  t:happens("contact.made", { deal = blue, channel = "phone", customer_colour = "blue" })
  t:at "2026-09-17 12:00"
  t:expect_task { who = "jan", step = "rhythm", count = 1 }
  t:at "2026-10-01 12:00"
  t:expect_task { who = "piet", step = "rhythm", count = 0 }
  t:at "2026-10-03 12:00"
  t:expect_task { who = "piet", step = "rhythm", count = 1 }
end)

test "the task says how to talk with a blue customer" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited", consent = { "phone" } }
  t:happens("contact.made", { deal = deal, channel = "phone", customer_colour = "blue" })
  t:expect_field(deal, "customer.style_en", "facts and figures, all on paper")
  t:happens("contact.made", { deal = deal, channel = "phone" })
  t:expect_field(deal, "customer.style_en", "facts and figures, all on paper")
end)
