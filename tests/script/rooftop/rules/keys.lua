-- Every key of a step, a when and a ladder works alike in every kind of card:
-- the same parts stand in one card of each kind, and each test asks all four.

field "deal.k_ran" { type = "yes_no" }

local function card_of(own)
  local t = {
    about = "deal", starts = "deal.signed", stops = "deal.cancelled",
    pauses = { from = "appointment.set", to = { "appointment.kept", "appointment.missed" } },
    as_long_as = function(deal) return deal.light_reason ~= "left alone" end,
    priority = 5, queue = "desk", purpose = "service", who = role "sales_manager",

    step "waits" { after = "1 work day", from = "start", task = todo "waits", who = "ans" },
    step "unless" { within = "1 hour", task = todo "u", unless = function(deal) return deal.price == 100 end },
    step "unless-logged" { after = "1 work day", task = todo "ul", unless = logged "objection.raised" },
    step "unless-silent" { after = "1 work day", task = todo "us", unless = no_event "objection.raised" },
    step "skip-if" { within = "1 hour", task = todo "s", skip_if = function(deal) return deal.price == 100 end },
    step "if-state" { after = "2 hours", task = todo "st", if_state = { "signed", "handed_off", "preparing" } },
    step "if-state-no" { after = "2 hours", task = todo "stn", if_state = "dormant" },
    step "once" { after = "3 hours", once = true, task = todo "o", who = "ans" },
    step "missed" {
      within = "1 work hour", task = todo "m", who = "jan",
      if_missed = {
        { remind = "1 work hour" },
        { tell = role "sales_manager", after = "2 work hours", text = "late: {customer.name}" },
        { move_to = "piet", after = "3 work hours" },
      },
    },
    step "late" { after = "1 minute", if_late = "next slot", task = call "l", who = "ans" },
    step "answers" {
      within = "1 hour", task = call "a", who = "ans",
      answers = { "reached", "no_answer", no = record "objection.raised" { ask = "code" }, wait = again { after = "1 work day", at_most = 1 }, said = note "said so" },
    },
    step "after-answers" { after = "1 work day", from = "answers", task = todo "aa", who = "ans" },
    step "touched" { after = "3 work days", task = todo "t", unless = touched_since "answers", who = "ans" },
    step "with" { within = "1 hour", task = todo "w", who = "ans", with = "piet", queue = "front", deputy = "jan" },
    step "writes" { within = "1 hour", task = call "wr", who = "ans", writes = { "tempo_days" } },
    step "by" { within = "1 hour", by = { "phone", "email" }, offers = "never", task = call "b", who = "ans" },
    step "needs" { after = "1 hour", needs = "payment.received", task = todo "n", who = "ans" },
    step "also" { also = record "objection.raised" { code = "also" } },
    step "mark" { mark = "flagged" },
    step "run" { run = function(deal, event, act) act.set("k_ran", true) end },
    step "before" { before = "1 work day", of = "delivery_target", task = todo "bf", who = "ans" },
    step "day" { day = 3, task = todo "d", who = "ans" },
    step "every" { every = "1 week", at_least = "3 days", at_most = "2 weeks", up_to = "1 month", task = todo "e", who = "ans" },
    step "over" { when_over = "every", task = todo "ov", who = "ans" },
    step "at" { at = "closing time", task = todo "at", who = "ans", due = "end of day" },

    when "survey.sent" { task = todo "when", who = "jan", within = "1 work hour", if_missed = { tell = role "sales_manager" } },
    when "incident.reported" { each_event = true, task = todo "each", who = "jan" },
    when "incident.reported" {
      alert = { who = "jan", else_who = "piet", within = "5 minutes", text = "{customer.name} stands still" },
    },
    ladder "again" {
      counts = "payment.received",
      [1] = { task = todo "first", who = "jan" },
      [2] = { task = call "second", who = "piet", goodwill = { at_least = "€ 100", at_most = "2%", of = "price", warn_below = "€ 50" } },
      also_top_if = function(deal) return deal.paid_in_full end,
    },
  }
  for key, value in pairs(own) do t[key] = value end
  return t
end

local kinds = { "k-cadence", "k-rule", "k-escalation", "k-handoff" }
cadence "k-cadence" (card_of {})
rule "k-rule" (card_of {})
local climbs = card_of { to = least_loaded "fails" }
escalation "k-escalation" (climbs)
local hands = card_of { from = seller, to = least_loaded "delivery", dossier = {} }
handoff "k-handoff" (hands)

local function signed(t, more)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted", consent = { "email" } }
  local fields = { deal = deal, seller = "jan", delivery_target = "2026-09-15 12:00", price = "€ 10.000" }
  for key, value in pairs(more or {}) do fields[key] = value end
  t:happens("deal.signed", fields)
  return deal
end

local function each(t, want)
  for _, card in ipairs(kinds) do
    local copy = { card = card }
    for key, value in pairs(want) do copy[key] = value end
    t:expect_task(copy)
  end
end

test "keys: conditions" (function(t)
  signed(t)
  each(t, { step = "unless", count = 1 })
  each(t, { step = "skip-if", count = 1 })
  t:run_for "3 hours"
  each(t, { step = "if-state", count = 1 })
  each(t, { step = "if-state-no", count = 0 })
  t:run_for "1 work day"
  each(t, { step = "unless-logged", count = 0 })
  each(t, { step = "unless-silent", count = 1 })
end)

test "keys: conditions the other way" (function(t)
  signed(t, { price = 100 })
  each(t, { step = "unless", count = 0 })
  each(t, { step = "skip-if", count = 0 })
end)

test "keys: if_missed reminds, tells and moves, in order" (function(t)
  signed(t)
  each(t, { step = "missed", who = "jan", open = true, count = 1 })
  t:at "2026-09-01 12:30"
  each(t, { step = "missed.told", count = 0 })
  t:at "2026-09-01 13:30"
  each(t, { step = "missed.told", who = "sanne", count = 1 })
  each(t, { step = "missed", who = "jan", open = true, count = 1 })
  t:at "2026-09-01 14:30"
  each(t, { step = "missed", who = "piet", open = true, count = 1 })
end)

test "keys: answers record, ask, come again and note" (function(t)
  signed(t)
  t:answers { card = "k-rule", step = "answers", outcome = "wait" }
  t:answers { card = "k-cadence", step = "answers", outcome = "no", fields = { code = "price" } }
  t:answers { card = "k-escalation", step = "answers", outcome = "said" }
  t:answers { card = "k-handoff", step = "answers", outcome = "reached" }
  t:expect_event { type = "contact.made", count = 1 }
  t:run_for "1 work day"
  t:expect_task { card = "k-rule", step = "answers", count = 2 }
  t:expect_task { card = "k-cadence", step = "answers", count = 1 }
  t:expect_task { card = "k-cadence", step = "after-answers", count = 1 }
  t:expect_task { card = "k-rule", step = "after-answers", count = 0 }
end)

test "keys: touched_since" (function(t)
  local deal = signed(t)
  for _, card in ipairs(kinds) do t:answers { card = card, step = "answers", outcome = "said" } end
  t:run_for "1 work day"
  t:happens("contact.made", { deal = deal, channel = "phone" })
  t:at "2026-09-05 12:00"
  each(t, { step = "touched", count = 0 })
end)

test "keys: by takes the first lawful channel, needs waits for its event" (function(t)
  local deal = signed(t)
  each(t, { step = "by", who = "ans", count = 1 })
  t:run_for "1 day"
  each(t, { step = "needs", count = 0 })
  t:happens("payment.received", { deal = deal, amount = "€ 100" })
  each(t, { step = "needs", count = 1 })
end)

test "keys: also, mark and run" (function(t)
  local deal = signed(t)
  t:expect_event { type = "objection.raised", count = 4 }
  t:expect_field(deal, "flagged", true)
  t:expect_field(deal, "k_ran", true)
end)

test "keys: timing words" (function(t)
  local deal = signed(t)
  t:at "2026-09-01 18:30"
  each(t, { step = "at", who = "ans", count = 1 })
  t:at "2026-09-03 12:00"
  each(t, { step = "day", count = 1 })
  t:at "2026-09-11 18:00"
  each(t, { step = "before", count = 0 })
  t:at "2026-09-14 12:00"
  each(t, { step = "before", count = 1 })
  each(t, { step = "every", open = true, count = 1 })
  each(t, { step = "over", count = 0 })
  t:happens("deal.dossier_filled", { deal = deal, delivery_target = "2026-10-15 12:00" })
  t:at "2026-10-14 12:00"
  each(t, { step = "before", count = 2 })
end)

test "keys: every ends at up_to, when_over follows" (function(t)
  signed(t)
  t:everyone_answers "done"
  t:run_for "6 weeks"
  each(t, { step = "every", count = 4 })
  each(t, { step = "over", count = 1 })
end)

test "keys: pauses hold everything, as_long_as lets go" (function(t)
  local deal = signed(t)
  t:happens("appointment.set", { deal = deal, kind = "visit", at = "2026-09-10 10:00" })
  t:at "2026-09-08 12:00"
  each(t, { step = "waits", count = 0 })
  t:happens("appointment.kept", { deal = deal })
  t:run_for "1 hour"
  each(t, { step = "waits", count = 1 })
  t:happens("deal.cancelled", { deal = deal })
  for _, card in ipairs(kinds) do t:expect_none { card = card } end
end)

test "keys: when reacts at once, with a ladder of its own, each time, and alerts" (function(t)
  local deal = signed(t)
  t:happens("survey.sent", { deal = deal })
  each(t, { step = "when:survey.sent", who = "jan", count = 1 })
  t:happens("survey.sent", { deal = deal })
  each(t, { step = "when:survey.sent", who = "jan", count = 1 })
  t:happens("incident.reported", { deal = deal })
  t:happens("incident.reported", { deal = deal })
  each(t, { step = "when:incident.reported", count = 2 })
  each(t, { step = "when:incident.reported.2.alert", who = "jan", count = 1 })
  t:run_for "10 minutes"
  each(t, { step = "when:incident.reported.2.alert.else", who = "piet", count = 1 })
  t:run_for "2 hours"
  each(t, { step = "when:survey.sent.told", who = "sanne", count = 1 })
end)

test "keys: a ladder climbs, also_top_if goes to the top, goodwill has a band" (function(t)
  local deal = signed(t)
  t:happens("payment.received", { deal = deal, amount = "€ 100" })
  each(t, { step = "again.1", who = "jan", open = true, count = 1 })
  t:happens("payment.received", { deal = deal, amount = "€ 100" })
  each(t, { step = "again.1", open = true, count = 0 })
  each(t, { step = "again.2", who = "piet", open = true, count = 1 })
  t:happens("goodwill.given", { deal = deal, amount = "€ 20", by = "piet" })
  each(t, { step = "again.2.token", who = "piet", count = 1 })
  t:happens("goodwill.given", { deal = deal, amount = "€ 900", by = "piet" })
  each(t, { step = "again.2.too-much", who = "sanne", count = 1 })
end)

test "keys: paid in full is the top at once" (function(t)
  local deal = signed(t)
  t:happens("payment.received", { deal = deal, amount = "€ 100", final = true })
  each(t, { step = "again.1", open = true, count = 1 })
  each(t, { step = "again.2", open = true, count = 1 })
end)

-- Every kind of subject can be what a card is about.
local function about(kind, starts, field)
  rule("about-" .. kind) {
    about = kind, starts = starts,
    step "now" { within = "1 hour", task = todo("about " .. kind), who = "ans" },
  }
end
about("customer", "review.posted")
about("visit", "visit.started")
about("appointment", "appointment.set")
about("promise", "promise.made")
about("delivery", "delivery.planned")
about("complaint", "complaint.opened")
about("person", "person.returned")
about("rooftop", "concern.raised")
about("lead", "lead.forwarded")

test "keys: about every kind of subject" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "preparing" }
  t:happens("review.posted", { deal = deal, site = "s", score = 9 })
  t:happens("promise.made", { deal = deal, what = "x", due_to = "2026-10-01" })
  t:happens("delivery.planned", { deal = deal, slot = "2026-10-01 10:00" })
  t:happens("complaint.opened", { deal = deal })
  t:happens("appointment.set", { deal = deal, at = "2026-10-01 10:00" })
  t:happens("visit.started", { deal = deal })
  t:happens("person.returned", { person = "jan" })
  t:happens("concern.raised", { category = "pressure" })
  for _, kind in ipairs { "customer", "promise", "delivery", "complaint", "appointment", "visit", "person", "rooftop" } do
    t:expect_task { card = "about-" .. kind, who = "ans", count = 1 }
  end
end)

-- What happens to a deal's visit, complaint or delivery happens to the deal.
rule "logged-below" {
  about = "deal", starts = "objection.raised",
  step "quiet" { after = "1 work day", unless = logged "complaint.opened", task = todo "quiet", who = "ans" },
  step "waits" { needs = "delivery.planned", task = todo "waits", who = "ans" },
}

test "keys: logged sees what hangs on the deal, not on another deal" (function(t)
  t:at "2026-09-01 10:00"
  local one = t:deal { handler = "jan", state = "preparing" }
  local two = t:deal { handler = "piet", state = "preparing" }
  t:happens("objection.raised", { deal = one, code = "price" })
  t:happens("objection.raised", { deal = two, code = "price" })
  t:happens("complaint.opened", { deal = two })
  t:run_for "2 work days"
  t:expect_task { card = "logged-below", step = "quiet", count = 1 }
  t:expect_task { card = "logged-below", step = "waits", count = 0 }
  t:happens("delivery.planned", { deal = one, slot = "2026-10-01 10:00" })
  t:expect_task { card = "logged-below", step = "waits", count = 1 }
end)
