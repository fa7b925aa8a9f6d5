-- Mistakes as dealers really make them: from Word, from Excel, from other
-- programs and languages, in Dutch, and with what paper allows.

--- step: a decimal comma in quotes
--v FL332 whole number: did you mean "90 minutes"?
after = "1,5 hours", task = todo "x",

--- step: a decimal comma without quotes and with its unit
--v FL114 Write "90 minutes".
after = 1,5 hours, task = todo "x",

--- step: an abbreviated unit
--v FL332 length of time: did you mean "2 hours"?
within = "2 hrs", task = todo "x",

--- step: a number without its unit
--v FL372 ite "2 days", "2 work days" or "2 hours"
after = 2, task = todo "x",

--- step: a number in quotes without its unit
--v FL372 ite "2 days", "2 work days" or "2 hours"
after = "2", task = todo "x",

--- step: a unit without its number
--v FL332 k" has no number: did you mean "1 week"?
after = "week", task = todo "x",

--- step: working days
--v FL332 gth of time: did you mean "2 work days"?
after = "2 working days", task = todo "x",

--- step: business days
--v FL332 th of time: did you mean "2 work hours"?
within = "2 business hours", task = todo "x",

--- step: plural of work day in one word
--v FL332 gth of time: did you mean "2 work days"?
after = "2 workdays", task = todo "x",

--- step: a range for a length of time
--v FL332 one, and at_least and at_most for bounds
every = "2-3 weeks", task = todo "x",

--- step: at most in the text
--v FL332 work days", "3 weeks" or "4 work hours"
every = "max 3 weeks", task = todo "x",

--- step: a time with an h
--v FL333 day", "end of next work day" or "09:30"
at = "9h", task = todo "x",

--- step: a time with uur
--v FL333 day", "end of next work day" or "09:30"
after = "1 day", task = todo "x", due = "9 uur",

--- step: a time past midnight
--v FL333 day", "end of next work day" or "09:30"
at = "25:00", task = todo "x",

--- step: a range of hours
--v FL333 day", "end of next work day" or "09:30"
at = "9-18", task = todo "x",

--- step: am and pm
--v FL333 day", "end of next work day" or "09:30"
at = "9:30 am", task = todo "x",

--- a date the Dutch way | dealership.lua
--v FL124 Write "2026-12-24", "2026-12-31 13:00-" or "2026-12-28 to 20
dealership { name = "T", zone = "Europe/Amsterdam", language = "en", closed = { "31/12/2026" } }
person "jan" { roles = { "seller", "fails_specialist" } }

--- hours the wrong way round | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en",
--v FL122 Write "09:00-18:00", "09:00-12:30 13:00-18:00" or "closed",
  hours = { mon = "18:00-09:00" } }
person "jan" { roles = { "seller" } }

--- a zone by city | dealership.lua
--v FL355 Europe/Amsterdam
dealership { name = "T", zone = "Amsterdam", language = "en" }
person "jan" { roles = { "seller" } }

--- a role in capitals | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
--v FL344 seller
person "jan" { roles = { "Seller" } }

--- a role in plural | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
--v FL344 seller
person "jan" { roles = { "sellers" } }

--- a role in Dutch | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
--v FL344 seller
person "jan" { roles = { "verkoper" } }

--- role in singular | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
--v FL325 roles
person "jan" { role = "seller" }

--- a name with a space as id | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
--v FL347 id: small letters, digits, - and _ only
person "Jan de Boer" { roles = { "seller" } }

--- a team of somebody unknown | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
person "jan" { roles = { "seller" } }
--v FL339 re is no person "kess" in dealership.lua
team "sales" { "jan", "kess" }

--- a team of a role | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
person "jan" { roles = { "seller" } }
--v FL328 wants people, as "jan"; here stands role
team "sales" { role "seller" }

--- a person's phone without quotes | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
--v FL328 s a text in quotes; here stands a number
person "jan" { roles = { "seller" }, phone = 06-12345678 }

--- a person's e-mail without quotes | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
--v FL114 Write "jan@test.nl".
person "jan" { roles = { "seller" }, email = jan@test.nl }

--- card: an arrow for =
--v FL119 Write =
stops => "deal.signed",

--- card: a colon for =
--v FL119 Write =
stops: "deal.signed",

--- card: a semicolon for =
--v FL119 Write =
stops; "deal.signed",

--- card: := for =
--v FL119 Write =
stops := "deal.signed",

--- card: a key in quotes
--v FL119 Write stops =
"stops" = "deal.signed",

--- card: a key in quotes and a colon, as in JSON
--v FL119 Write stops =
"stops": "deal.signed",

--- card: a list in square brackets
--v FL119 Write a list: { "a", "b" }.
stops = ["deal.signed", "deal.lost"],

--- card: a list in round brackets
--v FL119 Write a list: { "a", "b" }.
stops = ("deal.signed", "deal.lost"),

--- card: a list without brackets
--v FL327 all off? A list stands in { } of its own
stops = "deal.signed", "deal.lost",

--- card: a list in one text
--v FL334 Each event stands in quotes of its own: { "a", "b" }
stops = "deal.signed, deal.lost",

--- card: and between two texts in the language
--v FL119 Write a list: { "a", "b" }.
stops = "deal.signed" en "deal.lost",

--- card: Dutch or
--v FL119 Write a list: { "a", "b" }.
stops = "deal.signed" of "deal.lost",

--- card: == for =
--v FL119 Write =
stops == "deal.signed",

--- step: == for =
--v FL119 Write =
after == "1 day", task = todo "x",

--- card: a key in capitals
--v FL325 stops
Stops = "deal.signed",

--- card: a key in Dutch
--v FL325 stops
stopt = "deal.signed",

--- card: another key in Dutch
--v FL325 title
titel = "x",

--- step: a key in Dutch
--v FL325 after
na = "1 dag", task = todo "x",

--- step: who in Dutch
--v FL325 who
after = "1 day", task = todo "x", wie = handler,

--- step: task in Dutch
--v FL325 task
after = "1 day", taak = todo "x",

--- step: within in Dutch
--v FL325 within
binnen = "1 day", task = todo "x",

--- step: a verb in Dutch
--v FL301 call
after = "1 day", task = bel "x",

--- step: a person word in Dutch
--v FL301 handler
after = "1 day", task = todo "x", who = behandelaar,

--- step: a person word in capitals
--v FL301 handler
after = "1 day", task = todo "x", who = Handler,

--- step: a verb in capitals
--v FL301 call
after = "1 day", task = Call "x",

--- step: true in Dutch
--v FL119 Write true
after = "1 day", task = todo "x", once = ja,

--- step: True in capitals
--v FL119 Write true
after = "1 day", task = todo "x", once = True,

--- a card word in Dutch
--v FL301 cadence
kaart "c" { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" } }

--- a card word in capitals
--v FL301 cadence
Cadence "c" { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" } }

--- a step in Dutch
cadence "c" { about = "deal", starts = "visit.ended",
--v FL301 step
  stap "a" { after = "1 day", task = todo "x" } }

--- a step in plural
cadence "c" { about = "deal", starts = "visit.ended",
--v FL301 step
  steps { step "a" { after = "1 day", task = todo "x" } } }

--- card: start in singular
--v FL325 starts
start = "deal.signed",

--- step: an event with a capital
--v FL334 contact.made
after = "1 day", task = todo "x", unless = logged "Contact.made",

--- card: an event with a space
--v FL334 deal.signed
stops = "deal signed",

--- card: an event with a hyphen
--v FL334 deal.signed
stops = "deal-signed",

--- card: an event with an underscore
--v FL334 deal.signed
stops = "deal_signed",

--- card: an event without its subject
--v FL334 deal.signed
stops = "signed",

--- card: an event in Dutch
--v FL334 deal.signed
stops = "deal.getekend",

--- card: an event in the present
--v FL334 deal.signed
stops = "deal.sign",

--- a subject in plural
--v FL341 deal
cadence "c" { about = "deals", starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" } }

--- a subject in Dutch
--v FL341 customer
cadence "c" { about = "klant", starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" } }

--- step: a state in Dutch
--v FL336 visited
after = "1 day", task = todo "x", if_state = "bezocht",

--- step: a state in capitals
--v FL336 visited
after = "1 day", task = todo "x", if_state = "Visited",

--- step: a comma missing after a nested table
--v FL111 Put a comma here.
after = "1 day", task = todo "x", if_missed = { tell = role "sales_manager" }
purpose = "help",

--- step: a comma missing after a nested table, on one line
--v FL111 Put a comma there.
after = "1 day", task = call "x", answers = { reached = record "contact.made" { ask = "next_contact_at" } } purpose = "help",

--- a step on the wrong level
cadence "c" { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x",
--v FL327 lose the } of what stands above it first
    step "b" { after = "2 days", task = todo "y" } } }

--- step: an answer on the wrong level
--v FL326 " does not belong in step but in answers
after = "1 day", task = call "x", no_answer = again { after = "1 day" },

--- card: who misses a level: tell in the card
--v FL326 s not belong in cadence but in if_missed
tell = role "sales_manager",

--- step: rungs on the wrong level
--v FL326 does not belong in step but in if_missed
after = "1 day", task = todo "x", remind = "1 day",

--- card: a step's key on the card
--v FL326 " does not belong in cadence but in step
every = "3 weeks",

--- card: task on the card
--v FL326 " does not belong in cadence but in step
task = call "x",

--- step: starts in a step
--v FL326 " does not belong in step but in cadence
after = "1 day", task = todo "x", starts = "visit.ended",

--- step: as_long_as in a step
--v FL326 " does not belong in step but in cadence
after = "1 day", task = todo "x", as_long_as = function(deal) return deal.no_push end,

--- two steps of one name
cadence "c" { about = "deal", starts = "visit.ended",
  step "bel" { after = "1 day", task = todo "x" },
--v FL348 step "bel" stands here twice
  step "bel" { after = "2 days", task = todo "x" } }

--- a card with spaces in its name
--v FL347 id: small letters, digits, - and _ only
cadence "after sale" { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" } }

--- a step with capitals
cadence "c" { about = "deal", starts = "visit.ended",
--v FL347 id: small letters, digits, - and _ only
  step "Call-Day-3" { after = "1 day", task = todo "x" } }

--- step: a person by name with a capital
--v FL339 jan
after = "1 day", task = todo "x", who = "Jan",

--- step: a person by full name
--v FL339 jan
after = "1 day", task = todo "x", who = "Jan de Boer",

--- step: a role as a person
--v FL339 role "sales_manager"
after = "1 day", task = todo "x", who = "sales_manager",

--- step: a role as a bare word
--v FL301 role "sales_manager"
after = "1 day", task = todo "x", who = sales_manager,

--- step: a role in Dutch
--v FL337 sales_manager
after = "1 day", task = todo "x", who = role "verkoopleider",

--- step: role with = 
--v FL328 ..." or "jan"; here stands a list in { }
after = "1 day", task = todo "x", who = { role = "sales_manager" },

--- step: a task as a table
--v FL328 or todo "..."; here stands a list in { }
task = { kind = "call", text = "x" }, after = "1 day",

--- step: a task as a text with its kind
--v FL328 "..." or todo "..."; here stands a text
after = "1 day", task = "call",

--- step: a kind of task that does not exist
--v FL301 Write mail "..." with by = { "sms" }.
after = "1 day", task = sms "x",

--- step: a function where a text is expected
--v FL316 .", en = "..." }; here stands a function
after = "1 day", task = call(function(deal) return "x" end),

--- step: a condition written as a text of Lua
--v FL336 deal has no state "deal.touch_count > 3"
after = "1 day", task = todo "x", unless = "deal.touch_count > 3",

--- step: a condition without function
--v FL301 A function names what it gets: function(deal) ... end; what
after = "1 day", task = todo "x", unless = deal.no_push,

--- step: a comparison without function
--v FL301 A function names what it gets: function(deal) ... end; what
after = "1 day", task = todo "x", unless = deal.touch_count > 3,

--- step: a function without its parameter
--v FL301 A function names what it gets: function(deal) ... end; what
after = "1 day", task = todo "x", unless = function() return deal.no_push end,

--- cond: return is missing
--v FL304 or { } missing? A remark begins with --
deal.touch_count > 3

--- cond: returns a text
--v FL376 swers a text: compare it, as in x == ...
return "green"

--- cond: returns a number
--v FL376 ers a number: compare it, as in x == ...
return deal.touch_count

--- cond: compares text with number
--v FL382 ouch_count" is a number and never a text
return deal.touch_count > "3"

--- cond: compares a date with a text
--v FL335 first_contact_at
return deal.next_contact_at > "2026-12-31"

--- cond: os.time
--v FL301 Rules know no clock: write after = "...", or use event.at.
--v FL335 first_contact_at
return deal.next_contact_at < os.time()

--- cond: os.date
--v FL301 Rules know no clock: write after = "...", or use event.at.
return os.date("%A") == "Monday"

--- run: require
--v FL301 Rules read no other files: all files of rules/ are read anyw
local x = require "socket"

--- run: io
--v FL301 Rules read no other files: all files of rules/ are read anyw
io.open("x.txt", "w")

--- run: a local with a typo
local score = deal.touch_count or 0
--v FL301 not known here; a text stands in quotes
if scoer > 3 then act.note("x") end

--- run: a variable of another function
--v FL301 A function names what it gets: function(customer) ... end; w
if customer.no_push then act.note("x") end

--- cond: brackets of a method
--v FL377 no function: write it without : and ( )
return deal:state() == "visited"

--- cond: a state in capitals
--v FL381 visited
return deal.state == "Visited"

--- cond: a state as bare word
--v FL301 "visited"
return deal.state == visited

--- cond: not equal as <>
--v FL119 Write ~=
return deal.state <> "visited"

--- cond: = twice in wrong order
--v FL119 Write <=
--v FL382 deal.state" is a text and never a number
return deal.state =< 3

--- cond: => for >=
--v FL119 Write >=
return deal.touch_count => 3

--- cond: and in Dutch
--v FL119 Write and
return deal.no_push en deal.no_offers

--- cond: and in capitals
--v FL119 Write and
return deal.no_push AND deal.no_offers

--- cond: contains in a list
--v FL119 Write x == "a" or x == "b".
return deal.state in { "visited", "quoted" }

--- cond: null
--v FL119 Write nil
return deal.handler == null

--- run: elseif as elsif
--v FL119 Write elseif
if deal.no_push then act.note("x") elsif deal.no_offers then act.note("y") end

--- run: curly brackets round a block
--v FL119 Write if ... then ... end, while ... do ... end.
if (deal.no_push) { act.note("x") }

--- run: a comment of another language
--v FL119 Write two dashes: --
// nothing

--- run: a block comment of another language
--v FL119 Write two dashes: --
/* nothing */

--- run: a hash as comment
--v FL119 Write two dashes: --
# nothing

--- run: ++
local n = 1
--v FL108 Write "x = x + 1".
n++

--- run: string joined with +
--v FL491 texts are joined with .. and not with +
act.note("x" + deal.state)

--- run: act without brackets round two
--v FL119 Write act.set("score", ...)
act.set "score", 1

--- run: act.set in the wrong order
--v FL328 ct.set("score", 1); here stands a number
act.set(1, "score")

--- run: act.timer in the wrong order
--v FL332 work days", "3 weeks" or "4 work hours"
act.timer("2 weeks", "cool-down")

--- run: act.emit with a text
--v FL328 wants { ... = ... }; here stands a text
act.emit("acme.won", "score")

--- run: act.emit with the field of another event
--v FL345 vent "contact.made" has no field "score"
act.emit("contact.made", { score = 1 })

--- run: act.set of the wrong type
--v FL328 core" wants a number; here stands a text
act.set("score", "high")

--- run: assigning a field
--v FL489 value here; write act.set("score", ...)
deal.score = 3

--- run: a task of the wrong key
--v FL325 title
--v FL329 act.task lacks "title"
act.task { kind = "call", who = handler, text = "x" }

--- a test that tests nothing
cadence "c" { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" } }
--v FL492 xpect_event, t:expect_state or t:refused
test "nothing" (function(t)
end)

--- a test that expects nothing
cadence "c" { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" } }
--v FL492 xpect_event, t:expect_state or t:refused
test "nothing" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan" }
  t:happens("visit.ended", { deal = deal })
end)

--- a test without brackets
--v FL119 Write (function(t) ... end).
test "x" function(t)
  t:at "2026-09-01 10:00"
end

--- a test's event misspelt
test "x" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan" }
--v FL334 visit.ended
  t:happens("visit.endd", { deal = deal })
  t:expect_task { who = "jan" }
end)

--- a test's field misspelt
test "x" (function(t)
  t:at "2026-09-01 10:00"
--v FL325 handler
  local deal = t:deal { handlr = "jan" }
  t:happens("visit.ended", { deal = deal })
--v FL325 who
  t:expect_task { wo = "jan" }
end)

--- a test's step misspelt
cadence "c" { about = "deal", starts = "visit.ended",
  step "first-call" { after = "1 day", task = todo "x" } }
test "x" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan" }
  t:happens("visit.ended", { deal = deal })
  t:run_for "2 days"
--v FL343 first-call
  t:expect_task { who = "jan", step = "frist-call" }
end)

--- a test's person misspelt
test "x" (function(t)
  t:at "2026-09-01 10:00"
--v FL339 jan
  local deal = t:deal { handler = "jna" }
  t:happens("visit.ended", { deal = deal })
--v FL339 jan
  t:expect_task { who = "jaan" }
end)

--- a test's date the Dutch way
test "x" (function(t)
--v FL328 -01 10:00"; here stands 01-09-2026 10:00
  t:at "01-09-2026 10:00"
  local deal = t:deal { handler = "jan" }
  t:happens("visit.ended", { deal = deal })
  t:expect_task { who = "jan" }
end)

--- a test's length of time
test "x" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan" }
  t:happens("visit.ended", { deal = deal })
--v FL332 ength of time: did you mean "17 months"?
  t:run_for "17 mnths"
  t:expect_task { who = "jan" }
end)

--- a test's arguments in the wrong order
test "x" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan" }
--v FL328 ct.made", { deal = deal }; here stands {
  t:happens({ deal = deal }, "visit.ended")
  t:expect_task { who = "jan" }
end)

--- a test's state
test "x" (function(t)
  t:at "2026-09-01 10:00"
--v FL336 visited
  local deal = t:deal { handler = "jan", state = "visted" }
  t:happens("visit.ended", { deal = deal })
--v FL336 signed
  t:expect_state(deal, "singed")
end)

--- smart quotes from Word round a text with an apostrophe
cadence "c" { about = "deal", starts = "visit.ended",
--v FL103 Write straight quotes: "...".
  step "a" { after = "1 day", task = todo “Bel {customer.name} over de foto’s” } }

--- single smart quotes
cadence "c" { about = "deal", starts = "visit.ended",
--v FL103 Write straight quotes: "...".
  step "a" { after = ‘1 day’, task = todo "x" } }

--- step: a quote inside quotes
--v FL109 Inside of a text write ' or \".
after = "1 day", task = todo "Ask: "how is it?"",

--- step: a dash of Word
--v FL105 Text belongs in quotes: "...".
--v FL328 s a text in quotes; here stands a number
--v FL327 all off? A list stands in { } of its own
after = "1 day", task = todo "x", queue = 5 – 3,

--- an em dash as comment
--v FL119 Write two dashes: --
— this is a remark
cadence "c" { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" } }

--- a bullet
--v FL105 Text belongs in quotes: "...".
• cadence "c" { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" } }

--- prose without dashes
--v FL304 or { } missing? A remark begins with --
Here come our own rules
cadence "c" { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" } }

--- step: money in a setting with a Dutch comma, without quotes
--v FL114 Write "€ 1.250,00".
--v FL329 goodwill lacks "at_most"
after = "1 day", task = todo "x", goodwill = { at_least = 1.250,00 },

--- a setting with money as a number
--v FL351 setting "x" wants an amount, as "€ 20"
setting "x" { type = "money", default = 250 }

--- a setting with percent as number
--v FL351 setting "x" wants a percentage, as "80%"
setting "x" { type = "percent", default = 80 }

--- a setting type in Dutch
--v FL344 number
setting "x" { type = "getal", default = 5 }

--- a setting of a duration as number
--v FL351 "x" wants a length of time, as "3 weeks"
setting "x" { type = "duration", default = 21 }

--- a set as a table | settings.lua
--v FL320 Write set("name", value)
set "tempo" { "4 weeks" }

--- a set with = | settings.lua
--v FL302 A setting is written set("tempo", ...)
tempo = "4 weeks"

--- a set without brackets | settings.lua
--v FL320 Write set("name", value)
set "tempo" "4 weeks"

--- set with a semicolon | settings.lua
--v FL119 Write ,
set("tempo"; "4 weeks")

--- set without a comma | settings.lua
--v FL111 Put a comma there.
set("tempo" "4 weeks")

--- set with a number with comma | settings.lua
--v FL351 po" wants a length of time, as "3 weeks"
set("tempo", 4,5)

--- a field without a subject
--v FL210 write for example "deal.score"
field "x" { type = "number" }

--- a field that exists
--v FL213 give it another name
field "deal.state" { type = "text" }

--- an event with fields as a list
--v FL211 nt "acme.test" are written name = "type"
event "acme.test" { subject = "deal", fields = { "a", "b" } }

--- change: step misspelt
cadence "c" { about = "deal", starts = "visit.ended",
  step "rhythm" { every = "3 weeks", task = todo "x" } }
--v FL343 rhythm
change "own/c" { step "rythm" { every = "4 weeks" } }

--- change: card misspelt
cadence "own-tempo" { about = "deal", starts = "visit.ended",
  step "rhythm" { every = "3 weeks", task = todo "x" } }
--v FL342 own/own-tempo
change "own/own-tmpo" { step "rhythm" { every = "4 weeks" } }

--- change: a key misspelt
cadence "own-tempo" { about = "deal", starts = "visit.ended",
  step "rhythm" { every = "3 weeks", task = todo "x" } }
--v FL325 every
change "own/own-tempo" { step "rhythm" { evry = "4 weeks" } }

--- switch_off misspelt
cadence "own-tempo" { about = "deal", starts = "visit.ended",
  step "rhythm" { every = "3 weeks", task = todo "x" } }
--v FL342 own/own-tempo
switch_off "own/own-tempi"

--- switch_off with a hyphen
--v FL119 Write switch_off
--v FL342 there is no card "own/own-tempo"
switch-off "own/own-tempo"

--- a key of a card that is switched off
cadence "mine" { about = "deal", starts = "visit.ended",
--v FL325 after
  step "ring" { aftre = "1 day", task = todo "x" } }
switch_off "own/mine"

--- consent channel
--v FL344 phone
rule "r" { about = "deal", when "deal.signed" { run = function(deal, event, act) act.emit("consent.given", { channel = "fone", purpose = "marketing" }) end } }

--- step: record of a wrong value
--v FL344 phone
after = "1 day", task = call "x", answers = { reached = record "contact.made" { channel = "fone" } },

--- an if without end in a function
rule "r" { about = "deal",
--v FL112 Close it with end (each function, if, for and while has its
  when "contact.made" { run = function(deal, event, act)
    if deal.no_push then act.note("x")
  end },
}

--- a condition that does not say no
cadence "c" { about = "deal", starts = "visit.ended",
  as_long_as = function(deal)
    if deal.no_push then return false end
--v FL375 end it with return true or return false
  end,
  step "a" { after = "1 day", task = todo "x" },
}

--- a refusal asks the event for a field it does not have
gate "g" { guards = "deal.lost",
--v FL345 why_answer
  refuses { when = function(deal, event) return event.why_ansser == nil end, say = "x" } }

--- a need of a gate misspelt
gate "g" { guards = "deal.lost",
--v FL490 then_what
  needs { then_hat = either { "revive_at", "stop" } } }

--- a need of a gate that is nearly a field
gate "g" { guards = "deal.lost",
--v FL490 revive_at
  needs { revive_a = either { "revive_at", "stop" } } }

--- a handoff before the signature
--v FL374 l.signed", or use a rule with act.assign
handoff "h" { starts = "visit.ended", from = seller, to = least_loaded "delivery" }

--- step: an answer with a text for yes or no
--v FL328 wants true or false; here stands a text
after = "1 day", task = call "x", answers = { reached = record "contact.made" { still_thinking = "yes" } },

--- step: an answer with a text for a number
--v FL328 days" wants a number; here stands a text
after = "1 day", task = call "x", answers = { reached = record "contact.made" { tempo_days = "21" } },

--- a brand nearly that of a person | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
--v FL325 brand
person "jan" { roles = { "seller", "fails_specialist" }, brnd = "Volvo" }

--- a test that says a person who is not there
test "x" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan" }
--v FL339 sanne
  t:says("sane", "deal.failed", { deal = deal, stage = "offer" })
end)

--- a test that expects an event that does not exist
test "x" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan" }
  t:happens("visit.ended", { deal = deal })
--v FL334 deal.failed
  t:expect_event "deal.faild"
end)

--- a test of another kind of task
test "x" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan" }
--v FL344 call
  t:expect_none { kind = "phone" }
end)

--- a test's field of an event
test "x" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan" }
--v FL345 outcome
  t:happens("visit.ended", { deal = deal, outcom = "sold" })
  t:expect_none { who = "jan" }
end)

--- step: working hours in Dutch, shortened
--v FL332 no length of time: did you mean "2 uur"?
within = "2 u", task = todo "x",

--- step: a half day in Dutch
--v FL332 t a whole number: did you mean "36 uur"?
after = "1,5 dagen", task = todo "x",

--- run: while with braces
--v FL119 Write if ... then ... end, while ... do ... end.
while deal.no_push { act.note("x") }

--- run: else with braces
--v FL119 Write if ... then ... end, while ... do ... end.
if deal.no_push { act.note("x") } else { act.note("y") }

--- cond: niet
--v FL119 Write not
return niet deal.no_push

--- cond: JSON true
--v FL119 Write true
return deal.no_push == True

--- card: a list in square brackets over lines
--v FL119 Write a list: { "a", "b" }.
stops = [
  "deal.signed",
  "deal.lost"
],

--- step: who with a colon
--v FL119 Write =
after = "1 day", task = todo "x", who: handler,

--- step: an answer in quotes with a colon
--v FL119 Write reached =
after = "1 day", task = call "x", answers = { "reached": record "contact.made" },

--- step: a Dutch role bare
--v FL119 Write role "verkoper"
--v FL337 seller
after = "1 day", task = todo "x", who = role verkoper,

--- card: an event in Dutch in full
--v FL334 deal.signed
stops = "klant.getekend",

--- card: only what happened
--v FL334 deal.lost
stops = "lost",

--- step: a Dutch setting of purpose
--v FL344 lp, assurance, offer, service, requested
after = "1 day", task = call "x", purpose = "service_call",

--- step: assignee
--v FL325 who
after = "1 day", task = todo "x", assignee = handler,

--- step: deadline
--v FL325 within
deadline = "2 work hours", task = todo "x",

--- card: description
--v FL325 title
description = "x",

--- card: until
--v FL325 cadence has no key "until_"
until_ = "deal.signed",

--- several mistakes of other languages in one card
--v FL119 Write {
cadence "c": { about = "deal",
--v FL119 Write =
  starts: "visit.ended",
--v FL119 Write =
--v FL119 Write =
  step "a" { after => "1 day", task = todo "x", who == handler },
}
