-- Who is glad tells a few, who is angry tells many (S5-17 to S5-20): a ledger
-- of how many people heard of us, what a customer is worth in ten years (S5-23),
-- and a task for the manager when the average mark drops (S1-22).
-- Change it: set("hold_score", 8.8) in settings.lua. DOMAIN rules 13, 18, 19.

event "standard.valued" {
  subject = "customer", fields = { value = "money" },
  project = "customer.value_10y = value",
}
event "standard.scored" { subject = "rooftop", fields = { score = "integer" } }
field "rooftop.scores" { type = "list" }

local function told_by(score, dims)
  if score >= 9 then return setting "told_top" end
  if score >= 7 then return setting "told_good" end
  if score >= 5 then return 0 end
  if dims.after_sale then return -setting "told_after_sale" end  -- travels furthest
  return -setting "told_bad"
end

rule "word-of-mouth" {
  title = { nl = "Mond-tot-mondreclame", en = "Word of mouth" },
  about = "customer",
  when "survey.answered" {
    run = function(customer, event, act)
      local score = event.data.how_score
      if score then
        act.emit("wom.recorded", { level = "survey", told = told_by(score, event.data.dims or {}), basis = "how_score " .. score })
      end
    end,
  },
  when "review.posted" {  -- what is known replaces the weights
    run = function(customer, event, act)
      if not event.data.reach then return end
      local sign = (event.data.score or 10) < 5 and -1 or 1
      act.emit("wom.recorded", { level = "review", told = sign * event.data.reach, basis = event.data.site })
    end,
  },
}

rule "ten-year-value" {
  title = { nl = "Wat een klant in tien jaar brengt", en = "What a customer brings in ten years" },
  about = "deal",
  when { "quote.presented", "deal.signed" } {
    run = function(deal, event, act)
      local price = deal.price or deal.quote_amount
      if not price then return end
      local margin = price * setting "margin"
      local value = margin * 10 / setting "replacement_years" + setting "service_margin" * 10
        + margin * 10 * setting "referrals_a_year"
      act.emit("standard.valued", { value = math.floor(value) })
    end,
  },
}

rule "score-to-hold" {
  title = { nl = "Het gemiddelde cijfer bewaken", en = "Hold the average mark" },
  about = "deal",
  when "survey.answered" {
    run = function(deal, event, act)
      if event.data.how_score then act.emit("standard.scored", { score = event.data.how_score }) end
    end,
  },
}

rule "average-score" {
  title = { nl = "Het gemiddelde cijfer", en = "The average mark" },
  about = "rooftop",
  when "standard.scored" {
    run = function(rooftop, event, act)
      local last = { event.data.score }
      local sum = event.data.score
      for _, score in ipairs(rooftop.scores or {}) do
        if #last == setting "hold_last" then break end
        last[#last + 1] = score
        sum = sum + score
      end
      act.set("scores", last)
      local average = sum / #last
      if #last == setting "hold_last" and average < setting "hold_score" then
        act.task {
          kind = "todo", who = role "sales_manager", due = "end of next work day",
          title = {
            nl = string.format("De laatste %d klanten geven gemiddeld een %.1f: wat ging er mis, en wat doen we eraan?", #last, average),
            en = string.format("The last %d customers give %.1f on average: what went wrong, and what do we do about it?", #last, average),
          },
        }
      end
    end,
  },
}

test "a ten tells ten, a three tells twenty-five, after the sale fifty" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "aftercare" }
  t:happens("survey.answered", { deal = deal, how_score = 10 })
  t:expect_field(deal, "customer.word_of_mouth", 10)
  t:happens("survey.answered", { deal = deal, how_score = 3 })
  t:expect_field(deal, "customer.word_of_mouth", -15)
  t:happens("survey.answered", { deal = deal, how_score = 3, dims = { after_sale = true } })
  t:expect_field(deal, "customer.word_of_mouth", -65)
  t:happens("review.posted", { deal = deal, site = "maps", score = 9, reach = 400 })
  t:expect_field(deal, "customer.word_of_mouth", 335)
end)

test "ten years: two and a half cars, the workshop, and whom they bring" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("quote.presented", { deal = deal, amount = "€ 30.000" })
  t:expect_field(deal, "customer.value_10y", 1620000)
end)

test "the average drops below what we hold: one task for the manager" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "aftercare" }
  for _ = 1, 24 do t:happens("survey.answered", { deal = deal, how_score = 9 }) end
  t:expect_task { card = "average-score", count = 0 }
  t:happens("survey.answered", { deal = deal, how_score = 9 })
  t:happens("survey.answered", { deal = deal, how_score = 9 })
  t:expect_task { card = "average-score", who = "sanne", count = 1 }
end)

test "the average is good: nothing to do" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "aftercare" }
  for _ = 1, 30 do t:happens("survey.answered", { deal = deal, how_score = 10 }) end
  t:expect_task { card = "average-score", count = 0 }
  t:expect_event { type = "standard.scored", count = 30 }
end)
