-- Inside functions: fields, comparisons that are always or never true, act, t,
-- names that are not known, memory between events.

--- cond: a field of the deal
return deal.lihgt == "green" --> FL335 light

--- cond: a field of its customer
return deal.customer.tempo_dayz ~= nil --> FL335 tempo_days

--- cond: a field of a person
return deal.handler.naem == "x" --> FL335 name

--- cond: a field through a local
local c = deal.customer
return c.tempo_dys == nil --> FL335 tempo_days

--- cond: a field in a calculation
return (deal.touch_cuont or 0) > 3 --> FL335 touch_count

--- run: a field in a loop
for i = 1, 3 do
  if deal.no_pussh then act.note("x") end --> FL335 no_push
end

--- run: a field of the event
if event.chanel == "phone" then act.note("x") end --> FL345 channel

--- run: a field of the deal before the event
if event.before and event.before.lihgt == "green" then act.note("x") end --> FL335 light

--- cond: a state the deal does not have
return deal.state == "visted" --> FL381 visited

--- cond: a state compared the other way round
return "visted" == deal.state --> FL381 visited

--- cond: a light that does not exist
return deal.light == "geen" --> FL381 green

--- cond: a number against a text
return deal.touch_count == "3" --> FL382 a number

--- cond: a text against a number
return deal.state == 3 --> FL382 a text

--- cond: yes or no against a text
return deal.no_push == "yes" --> FL382 true or false

--- cond: a number greater than a text
return deal.touch_count > "3" --> FL382 a number

--- cond: a person against a text
return deal.handler == "jan" --> FL383 .id

--- cond: two states at once
return deal.state == "visited" and deal.state == "quoted" --> FL384 "or"

--- cond: not this or not that
return deal.state ~= "visited" or deal.state ~= "quoted" --> FL385 "and"

--- cond: above and below
return deal.touch_count > 5 and deal.touch_count < 3 --> FL384 "or"

--- cond: below or above
return deal.touch_count < 5 or deal.touch_count > 3 --> FL385 "and"

--- cond: not before a comparison
return not deal.light == "green" --> FL386 ~=

--- run: an event it does not react to
if event.type == "deal.signed" then act.note("x") end --> FL387 when

--- run: an event that does not exist
if event.type == "contact.mdae" then act.note("x") end --> FL334 contact.made

--- run: a verb of act misspelt
act.nte("x") --> FL388 note

--- run: another verb of act misspelt
act.taks { kind = "call", who = handler, title = "x" } --> FL388 task

--- run: act with a colon
act:note("x") --> FL389 act.note

--- cond: act in a condition
act.note("x") --> FL390 run
return deal.no_push

--- run: a key of act.task
act.task { kind = "call", who = handler, tilte = "x", title = "y" } --> FL325 title

--- run: a task for nobody
act.task { kind = "call", title = "x" } --> FL329 who

--- run: a task without a title
act.task { kind = "call", who = handler } --> FL329 title

--- run: a kind of task
act.task { kind = "cal", who = handler, title = "x" } --> FL344 call

--- run: a purpose of a task
act.task { kind = "call", who = handler, title = "x", purpose = "hlep" } --> FL344 help

--- run: a time of a task
act.task { kind = "call", who = handler, title = "x", within = "2 wrok hours" } --> FL332 work hours

--- run: a time of a timer
act.timer("cool-down", "2 weaks") --> FL332 weeks

--- run: a timer without a time
act.timer("cool-down") --> FL329 due

--- run: a field that act.set does not find
act.set("scoer", 1) --> FL335 score

--- run: a field that events change
act.set("light", "red") --> FL391 act.emit

--- run: an event that act.emit does not find
act.emit("acme.wn", { score = 1 }) --> FL334 acme.won

--- run: an event that fairlead makes
act.emit("timer.fired", {}) --> FL346 made by fairlead

--- run: a field of an emitted event
act.emit("acme.won", { scoer = 1 }) --> FL345 score

--- run: a key of act.message
act.message { tempalte = "x", template = "y" } --> FL325 template

--- run: a role in a function
act.task { kind = "call", who = role "sales_manger", title = "x" } --> FL337 sales_manager

--- run: a setting in a function
act.timer("cool-down", setting "tmpo") --> FL340 tempo

--- run: a word in a function misspelt
act.task { kind = "call", who = handlr, title = "x" } --> FL301 handler

--- run: a global of Lua that is not there
act.note(os.date()) --> FL301

--- run: a global that is made
total = 1 --> FL302 local

--- run: memory between events
limits = nil --> FL303 field

--- memory in a local of the file
local count = 0
rule "r" { about = "deal", when "contact.made" { run = function(deal, event, act)
  count = count + 1 --> FL303 act.set
end } }

--- a verb of a test misspelt
test "t" (function(t)
  t:hapens("visit.ended", {}) --> FL388 happens
end)

--- a verb of a test with a point
test "t" (function(t)
  t.run_for("1 day") --> FL389 t:run_for
end)

--- a test without a function
test "t" { } --> FL318 function(t)

--- run: a task without its kind
act.task { who = handler, title = "Bel de klant" } --> FL498 kind = "call"

--- run: a task without its kind, over lines
--v FL498 it becomes a todo
act.task {
  who = handler,
  title = { nl = "Bel {customer.name}", en = "Call {customer.name}" },
  due = "end of day",
}
