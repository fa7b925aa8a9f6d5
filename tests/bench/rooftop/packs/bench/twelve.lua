-- The twelve rules of the dealer day, in order. A timer belongs to the card that
-- set it, and three of these rules replace each other's "cadence" timer and four
-- drop all timers of the deal: so they are twelve reactions of one card.

local MINUTE <const> = 60000
local HOUR <const> = 60 * MINUTE
local DAY <const> = 24 * HOUR
local GAP = { 15 * MINUTE, 4 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY }

local EVERY = {
  "bench.lead_created", "bench.call_logged", "bench.visit_booked", "bench.visit_done", "bench.quote_sent", "bench.deal_signed",
  "bench.deal_failed", "bench.delivery_promised", "bench.promise_slipped", "bench.delivery_done", "bench.survey_answered",
}

local function task(act, title, who, due)
  act.task { kind = "todo", title = title, who = who, due = due, each_event = true }
end

local function stop(act)
  act.set("bench_stopped", 1)
  act.cancel()
end

local function missed(event) return event.data.outcome ~= "reached" end

rule "twelve" {
  about = "deal",

  when(EVERY) {                                                       -- 1 touch
    run = function(deal, event, act)
      if event.actor:sub(1, 2) ~= "c:" then return end
      act.set("bench_touches", deal.bench_touches + 1)
      act.set("bench_last", event.at)
    end,
  },
  when "bench.lead_created" {                                         -- 2 first response
    run = function(deal, event, act)
      act.set("bench_stage", "lead")
      act.set("bench_step", 1)
      task(act, "Call now", "sales", event.at + GAP[1])
      act.timer("sla", event.at + GAP[1])
    end,
  },
  when "bench.call_logged" {                                          -- 3 cadence: the next touch
    run = function(deal, event, act)
      if not missed(event) or deal.bench_stopped ~= 0 or deal.bench_step >= 7 then return end
      local step = deal.bench_step + 1
      local due = event.at + GAP[step]
      act.set("bench_step", step)
      task(act, "Touch " .. step, deal.bench_owner, due)
      act.timer("cadence", due)
    end,
  },
  when "bench.call_logged" {                                          -- 4 cadence: exhausted
    run = function(deal, event, act)
      if not missed(event) or deal.bench_stopped ~= 0 or deal.bench_step < 7 then return end
      stop(act)
      task(act, "Cadence review", "manager", event.at + DAY)
    end,
  },
  when "bench.call_logged" {                                          -- 5 reached: book a visit
    run = function(deal, event, act)
      if missed(event) then return end
      local stage = deal.bench_stage
      if stage ~= "lead" and stage ~= "contact" then return end
      act.set("bench_stage", "contact")
      task(act, "Book visit", deal.bench_owner, event.at + DAY)
      act.timer("cadence", event.at + 2 * DAY)
    end,
  },
  when "bench.call_logged" {                                          -- 6 opted out
    run = function(deal, event, act)
      if event.data.dnc == true and deal.bench_stopped == 0 then stop(act) end
    end,
  },
  when { "bench.visit_booked", "bench.visit_done" } {                 -- 7 visit follow-up
    run = function(deal, event, act)
      local at = event.at
      if event.type == "bench.visit_booked" then
        local visit = at + event.data.days * DAY
        task(act, "Confirm visit", deal.bench_owner, visit - 2 * HOUR)
        act.timer("visit", visit)
      else
        act.set("bench_stage", "visit")
        task(act, "Thank for visit", deal.bench_owner, at + DAY)
        act.timer("cadence", at + DAY)
      end
    end,
  },
  when "bench.quote_sent" {                                           -- 8 chase the quote
    run = function(deal, event, act)
      local due = event.at + 2 * DAY
      act.set("bench_stage", "quote")
      task(act, "Chase quote", deal.bench_owner, due)
      act.timer("quote", due)
    end,
  },
  when(EVERY) {                                                       -- 9 high value
    run = function(deal, event, act)
      if event.data.price < 60000 or deal.bench_flagged ~= 0 then return end
      act.set("bench_flagged", 1)
      task(act, "High value", "manager", event.at + HOUR)
    end,
  },
  when "bench.deal_signed" {                                          -- 10 signed: handoff
    run = function(deal, event, act)
      local at, owner = event.at, "s" .. tonumber(deal.ref:sub(2)) % 4
      act.set("bench_stage", "signed")
      stop(act)
      act.set("bench_owner", owner)
      task(act, "Introduce", owner, at + 2 * HOUR)
      task(act, "Papers", owner, at + DAY)
      act.timer("handoff", at + 2 * HOUR)
    end,
  },
  when "bench.deal_failed" {                                          -- 11 failed: escalation
    run = function(deal, event, act)
      local at = event.at
      act.set("bench_stage", "failed")
      stop(act)
      task(act, "Fail review", "fails", at + DAY)
      task(act, "Win back", "fails", at + 30 * DAY)
      act.timer("fails", at + DAY)
    end,
  },
  when { "bench.delivery_promised", "bench.promise_slipped", "bench.delivery_done", "bench.survey_answered" } { -- 12 delivery watch
    run = function(deal, event, act)
      local at, kind, data = event.at, event.type, event.data
      if kind == "bench.delivery_promised" then
        task(act, "Prepare car", deal.bench_owner, at + (data.days - 2) * DAY)
        act.timer("promise", at + (data.days - 1) * DAY)
      elseif kind == "bench.promise_slipped" then
        local slips = deal.bench_slips + 1
        act.set("bench_slips", slips)
        task(act, "Tell customer", deal.bench_owner, at + HOUR)
        act.timer("promise", at + (data.days - 1) * DAY)
        if slips >= 2 then task(act, "Slip escalation", "manager", at + 2 * HOUR) end
      elseif kind == "bench.delivery_done" then
        act.set("bench_stage", "delivered")
        task(act, "Thank you", deal.bench_owner, at + DAY)
        act.timer("survey", at + 3 * DAY)
      elseif data.score <= 7 then
        task(act, "Recover", "manager", at + 4 * HOUR)
      end
    end,
  },
}
