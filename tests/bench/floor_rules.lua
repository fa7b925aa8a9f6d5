-- The twelve rules of the dealer day in bare Lua: no sandbox, nothing stored,
-- candidates by event type chosen once. The floor of rule evaluation.
-- Called with (events): runs all, returns tasks, timers, cancels, checksum.

local MINUTE <const> = 60000
local HOUR <const> = 60 * MINUTE
local DAY <const> = 24 * HOUR
local GAP = { 15 * MINUTE, 4 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY }
local STAGE = { new = 0, lead = 1, contact = 2, visit = 3, quote = 4, signed = 5, failed = 6, delivered = 7 }
local sub = string.sub

local tasks, timers, cancels = 0, 0, 0
local function task(event, title, who, due) tasks = tasks + 1 end
local function timer(event, slot, due) timers = timers + 1 end
local function stop(deal)
  deal.stopped = 1
  cancels = cancels + 1
end
local function missed(event) return event.data.outcome ~= "reached" end

-- { types (nil: all), condition on the state before, reaction }
local RULES = {
  { nil, function(event) return sub(event.actor, 1, 2) == "c:" end,
    function(event, deal)
      deal.touches = deal.touches + 1
      deal.last = event.at
    end },
  { { "lead_created" }, function() return true end,
    function(event, deal)
      deal.stage, deal.step = "lead", 1
      task(event, "call_now", "sales", event.at + GAP[1])
      timer(event, "sla", event.at + GAP[1])
    end },
  { { "call_logged" }, function(event, deal) return missed(event) and deal.stopped == 0 and deal.step < 7 end,
    function(event, deal)
      deal.step = deal.step + 1
      local due = event.at + GAP[deal.step]
      task(event, "touch_" .. deal.step, deal.owner, due)
      timer(event, "cadence", due)
    end },
  { { "call_logged" }, function(event, deal) return missed(event) and deal.stopped == 0 and deal.step >= 7 end,
    function(event, deal)
      stop(deal)
      task(event, "cadence_review", "manager", event.at + DAY)
    end },
  { { "call_logged" }, function(event, deal)
      return not missed(event) and (deal.stage == "lead" or deal.stage == "contact")
    end,
    function(event, deal)
      deal.stage = "contact"
      task(event, "book_visit", deal.owner, event.at + DAY)
      timer(event, "cadence", event.at + 2 * DAY)
    end },
  { nil, function(event, deal) return event.data.dnc == true and deal.stopped == 0 end,
    function(event, deal) stop(deal) end },
  { { "visit_booked", "visit_done" }, function() return true end,
    function(event, deal)
      if event.type == "visit_booked" then
        local visit = event.at + event.data.days * DAY
        task(event, "confirm_visit", deal.owner, visit - 2 * HOUR)
        timer(event, "visit", visit)
      else
        deal.stage = "visit"
        task(event, "thank_visit", deal.owner, event.at + DAY)
        timer(event, "cadence", event.at + DAY)
      end
    end },
  { { "quote_sent" }, function() return true end,
    function(event, deal)
      deal.stage = "quote"
      task(event, "chase_quote", deal.owner, event.at + 2 * DAY)
      timer(event, "quote", event.at + 2 * DAY)
    end },
  { nil, function(event, deal) return event.data.price >= 60000 and deal.flagged == 0 end,
    function(event, deal)
      deal.flagged = 1
      task(event, "high_value", "manager", event.at + HOUR)
    end },
  { { "deal_signed" }, function() return true end,
    function(event, deal)
      deal.stage = "signed"
      stop(deal)
      deal.owner = "s" .. tonumber(sub(event.deal, 2)) % 4
      task(event, "introduce", deal.owner, event.at + 2 * HOUR)
      task(event, "papers", deal.owner, event.at + DAY)
      timer(event, "handoff", event.at + 2 * HOUR)
    end },
  { { "deal_failed" }, function() return true end,
    function(event, deal)
      deal.stage = "failed"
      stop(deal)
      task(event, "fail_review", "fails", event.at + DAY)
      task(event, "win_back", "fails", event.at + 30 * DAY)
      timer(event, "fails", event.at + DAY)
    end },
  { { "delivery_promised", "promise_slipped", "delivery_done", "survey_answered" }, function() return true end,
    function(event, deal)
      local kind, data = event.type, event.data
      if kind == "delivery_promised" then
        task(event, "prepare_car", deal.owner, event.at + (data.days - 2) * DAY)
        timer(event, "promise", event.at + (data.days - 1) * DAY)
      elseif kind == "promise_slipped" then
        deal.slips = deal.slips + 1
        task(event, "tell_customer", deal.owner, event.at + HOUR)
        timer(event, "promise", event.at + (data.days - 1) * DAY)
        if deal.slips >= 2 then task(event, "slip_escalate", "manager", event.at + 2 * HOUR) end
      elseif kind == "delivery_done" then
        deal.stage = "delivered"
        task(event, "thank_you", deal.owner, event.at + DAY)
        timer(event, "survey", event.at + 3 * DAY)
      elseif data.score <= 7 then
        task(event, "recover", "manager", event.at + 4 * HOUR)
      end
    end },
}

local TYPES = {
  "lead_created", "call_logged", "visit_booked", "visit_done", "quote_sent", "deal_signed", "deal_failed", "delivery_promised",
  "promise_slipped", "delivery_done", "survey_answered",
}
local candidates = {}
for _, kind in ipairs(TYPES) do
  local list = {}
  for i, rule in ipairs(RULES) do
    local wanted = rule[1] == nil
    for _, one in ipairs(rule[1] or {}) do wanted = wanted or one == kind end
    if wanted then list[#list + 1] = i end
  end
  candidates[kind] = list
end

local hits = {}
local function run(event, deal)
  local n, list = 0, candidates[event.type]
  for k = 1, #list do
    local i = list[k]
    if RULES[i][2](event, deal) then
      n = n + 1
      hits[n] = i
    end
  end
  for k = 1, n do RULES[hits[k]][3](event, deal) end
end

return function(events)
  local deals, sum = {}, 0
  tasks, timers, cancels = 0, 0, 0
  for i = 1, #events do
    local event = events[i]
    local deal = deals[event.deal]
    if deal == nil then
      deal = { stage = "new", step = 0, touches = 0, last = 0, owner = "sales", stopped = 0, slips = 0, flagged = 0 }
      deals[event.deal] = deal
    end
    run(event, deal)
  end
  for _, d in pairs(deals) do
    sum = sum + d.touches + 3 * d.step + 7 * d.slips + 11 * d.flagged + 13 * d.stopped + 17 * STAGE[d.stage] + d.last % 1000003
  end
  return tasks, timers, cancels, sum
end
