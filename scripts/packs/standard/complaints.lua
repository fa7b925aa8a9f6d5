-- A complaint has one owner and one story; telling it again is counted
-- (S5-11), it is closed by the customer's own yes, and what is given for the
-- trouble is worth giving (S5-13).

-- The worse it is, the more it may cost; not judged yet: the upper bound.
local function goodwill_bound(complaint)
  if complaint.severity == "light" then return setting "goodwill_light" end
  if complaint.severity == "serious" then return setting "goodwill_serious" end
  return setting "goodwill_most"
end

rule "complaint" {
  title = { nl = "Klacht: één eigenaar, één verhaal", en = "A complaint: one owner, one story" },
  about = "complaint",
  starts = "complaint.opened", stops = "complaint.resolved",
  who = owner, deputy = on_duty "sales_manager", purpose = "service",
  step "help-now" {
    within = setting "complaint_help",
    task = todo {
      nl = "{customer.name} heeft een klacht. Neem haar aan; het verhaal staat in {deal.link}",
      en = "{customer.name} has a complaint. Take it; the story is in {deal.link}",
    },
    if_missed = { { tell = role "sales_manager" }, { tell = role "principal", after = "1 work hour" } },
  },
  step "yes" {
    every = setting "complaint_ask", up_to = "1 year", from = "start",
    task = call {
      nl = "Is het voor {customer.name} opgelost? Alleen de klant sluit de klacht",
      en = "Is it solved for {customer.name}? Only the customer closes the complaint",
    },
    answers = { solved = record "complaint.resolved" { accepted = true }, not_yet = note "not yet", "no_answer" },
    goodwill = { at_least = setting "goodwill_least", at_most = goodwill_bound, of = "price", warn_below = setting "goodwill_token" },
  },
  ladder "retold" {
    counts = "complaint.retold",
    [1] = { due = "end of day", task = todo { nl = "{customer.name} moest het opnieuw vertellen: lees eerst {deal.link}", en = "{customer.name} had to tell it again: read {deal.link} first" } },
    [2] = { who = role "sales_manager", within = "1 work hour", task = call { nl = "{customer.name} vertelt het nu voor de derde keer: neem het zelf over", en = "{customer.name} tells it for the third time: take it over yourself" } },
  },
}

rule "complaint-lesson" {
  title = { nl = "Van elke klacht leren we iets", en = "Every complaint teaches something" },
  about = "complaint",
  when "complaint.resolved" {  -- S5-25
    task = todo {
      nl = "De klacht van {customer.name} is gesloten. Wat hadden we eerder kunnen doen?",
      en = "The complaint of {customer.name} is closed. What could we have done sooner?",
    },
    who = owner, deputy = on_duty "sales_manager", due = "end of next work day",
    answers = { done = record "lesson.recorded" { ask = { "code", "lesson" } } },
    if_missed = { tell = role "sales_manager" },
  },
}

rule "walk-in-clock" {
  title = { nl = "Wie binnenkomt wordt geholpen", en = "Whoever walks in is helped" },
  about = "visit", starts = { "up.taken", "visit.started" }, stops = "visit.ended",
  step "nobody-helps" {
    after = setting "walk_in", if_late = "skip", if_state = "open",
    unless = function(visit) return visit.person ~= nil end,
    task = todo { nl = "{customer.name} wacht en niemand helpt. Ga erheen", en = "{customer.name} waits and nobody helps. Go there" },
    who = on_duty "sales_manager",
  },
}

rule "expectation-missed" {
  title = { nl = "Tegengevallen: dezelfde dag herstellen", en = "It fell short: put it right the same day" },
  about = "visit",
  when "visit.ended" {  -- S3-21, S3-22
    unless = function(visit) return visit.expectation_met ~= false end,
    task = call {
      nl = "Het bezoek viel {customer.name} tegen. Bel vandaag en maak het goed",
      en = "The visit fell short for {customer.name}. Call today and put it right",
    },
    who = on_duty "sales_manager", due = "end of day", purpose = "service",
    if_missed = { tell = role "principal", at = "opening" },
  },
}

test "taken within ten minutes or the manager, then the principal hears" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "aftercare" }
  t:happens("complaint.opened", { deal = deal, complaint = "c", owner = "jan" })
  t:expect_task { step = "help-now", who = "jan", count = 1 }
  t:run_for "11 minutes"
  t:expect_task { step = "help-now.told", who = "sanne", count = 1 }
  t:answers { step = "help-now.told", outcome = "done" }
  t:run_for "2 hours"
  t:expect_task { step = "help-now.told", count = 2 }
end)

test "only the customer closes the complaint" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "aftercare" }
  t:happens("complaint.opened", { deal = deal, complaint = "c", owner = "jan" })
  t:answers { step = "help-now", outcome = "done" }
  t:run_for "2 days"
  t:answers { step = "yes", outcome = "not_yet" }
  t:run_for "3 days"
  t:answers { step = "yes", outcome = "solved" }
  t:expect_state("c", "resolved")
  t:run_for "1 month"
  t:expect_task { step = "yes", count = 2 }
  t:expect_none { card = "complaint" }
end)

test "telling it twice is the owner's, three times the manager's" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "aftercare" }
  t:happens("complaint.opened", { deal = deal, complaint = "c", owner = "jan" })
  t:happens("complaint.retold", { complaint = "c", to = "piet" })
  t:expect_task { step = "retold.1", who = "jan", open = true, count = 1 }
  t:happens("complaint.retold", { complaint = "c", to = "piet" })
  t:expect_task { step = "retold.1", open = true, count = 0 }
  t:expect_task { step = "retold.2", who = "sanne", open = true, count = 1 }
end)

test "goodwill: half a percent for a light complaint, two for a grave one" (function(t)
  t:at "2026-09-01 10:00"
  for i, severity in ipairs { "light", "serious", "grave" } do
    local deal = t:deal { handler = "jan", state = "quoted" }
    t:happens("deal.signed", { deal = deal, price = "€ 20.000" })
    t:happens("complaint.opened", { deal = deal, complaint = "c" .. i, owner = "jan", severity = severity })
  end
  t:run_for "2 days"
  t:expect_task { step = "yes", count = 3 }
  t:happens("goodwill.given", { complaint = "c1", amount = "€ 150", by = "jan" })
  t:expect_task { step = "yes.too-much", who = "sanne", count = 1 }
  t:happens("goodwill.given", { complaint = "c2", amount = "€ 150", by = "jan" })
  t:happens("goodwill.given", { complaint = "c3", amount = "€ 350", by = "jan" })
  t:expect_task { step = "yes.too-much", count = 1 }
  t:happens("goodwill.given", { complaint = "c2", amount = "€ 250", by = "jan" })
  t:expect_task { step = "yes.too-much", count = 2 }
end)

test "nobody greets: the manager does" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("up.taken", { customer = { name = "Sofie Peeters" } })
  t:expect_none { card = "engine" }
  t:run_for "11 minutes"
  t:expect_task { step = "nobody-helps", who = "sanne", count = 1 }
end)

test "a visit that fell short is put right the same day" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("visit.ended", { deal = deal, person = "jan", outcome = "thinking", turned_over_to = "sanne", expectation_met = false })
  t:expect_task { card = "expectation-missed", who = "sanne", count = 1 }
  t:at "2026-09-02 10:00"
  t:expect_task { step = "when:visit.ended.told", count = 1 }
end)

test "a closed complaint asks its owner for the lesson" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", seller = "jan", state = "aftercare" }
  t:happens("complaint.opened", { deal = deal, complaint = "c", owner = "karin" })
  t:expect_task { card = "complaint-lesson", count = 0 }
  t:happens("complaint.resolved", { complaint = "c", accepted = true })
  t:expect_task { card = "complaint-lesson", who = "karin", count = 1 }
  t:answers { card = "complaint-lesson", outcome = "done", fields = { code = "late_parts", lesson = "Order the part at the signature" } }
  t:expect_event { type = "lesson.recorded", count = 1 }
  t:expect_field(deal, "lesson", "Order the part at the signature")
end)
