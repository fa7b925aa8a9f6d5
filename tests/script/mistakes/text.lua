-- What is wrong with the text itself: quotes, commas, brackets, numbers.
-- "--- title" begins a case; "--> CODE words" stands in the wrong line and
-- says its code and a part of the remedy; "--v CODE words" stands in the line
-- above it. After "step:", "card:", "run:" or "cond:" only the inside of a
-- step, a card, a running function or a condition is written.

--- step: a text that is not closed
after = "1 day",
--v FL101 quote where it ends
task = todo "Call the customer,

--- a text that is not closed, before a brace
cadence "c" { starts = "visit.ended",
  --v FL101 quote where it ends
  step "a" { after = "1 day", task = todo "Call },
}

--- a long text that never ends
--v FL102 Close it with ]]
local x = [[ never closed

--- a long comment that never ends
--v FL102 Close it with ]]
--[[ never closed

--- step: curly quotes
after = “1 day”, --> FL103 straight quotes
task = todo "x",

--- step: curly quotes at the end only
--v FL103 straight quotes
after = "1 day”,
task = todo "x",

--- step: low curly quotes
after = "1 day",
task = todo „bel“, --> FL103 straight quotes

--- step: French quotes
after = «1 day», --> FL103 straight quotes
task = todo "x",

--- step: a decimal comma
--v FL332 1.5
after = 1,5, --> FL104 Write 1.5
task = todo "x",

--- set: a decimal comma in a list
setting "x" { type = "number", default = 0,5 } --> FL104 Write 0.5

--- step: money without quotes
after = "1 day", task = todo "x", queue = €20, --> FL105 quotes round money

--- step: a hard space
after = "1 day", task = todo "x", --> FL105 Delete it

--- an invisible character
​local x = 1 --> FL105 Delete it

--- step: an escape that Lua does not know
after = "1 day", task = todo "C:\map", --> FL106 \\ for a backslash

--- step: a duration glued together
after = 2days, --> FL107 "2 days"
task = todo "x",

--- a number with thousands
local x = 20.000.000 --> FL107 20000

--- a number with underscores
local x = 20_000 --> FL107 20000

--- cond: not equal of another language
return deal.light != "green" --> FL108 ~=

--- cond: and of another language
return deal.light == "green" && deal.no_push --> FL108 and

--- cond: or of another language
return deal.light == "red" || deal.no_push --> FL108 or

--- cond: not of another language
return !deal.no_push --> FL108 not

--- run: adding of another language
local n = 1
n += 1 --> FL108 x = x + 1

--- step: a key given twice
after = "1 day",
task = todo "x", after = "2 days", --> FL110 Keep one

--- card: a key of the card given twice
stops = "deal.signed",
stops = "deal.lost", --> FL110 Keep one

--- step: an answer given twice
after = "1 day", task = call "x", answers = {
  reached = record "contact.made",
  reached = note "again", --> FL110 Keep one
},

--- step: a comma missing at the end of a line
after = "1 day" --> FL111 comma here
task = todo "x",

--- step: a comma missing between two keys
after = "1 day" task = todo "x", --> FL111 comma

--- step: a comma missing makes the next line a call
after = "1 day", by = {
  "phone" --> FL111 comma here
  "email",
}, task = call "x",

--- step: a comma missing behind a word and its text
after = "1 day", who = role "sales_manager" --> FL111 comma here
task = todo "x",

--- step: a comma missing behind a table
after = "1 day", task = call "x",
answers = { reached = record "contact.made" } --> FL111 comma here
purpose = "help",

--- a comma missing between two steps
cadence "c" {
  starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" } --> FL111 comma here
  step "b" { after = "2 days", task = todo "x" },
}

--- a comma missing behind a function
cadence "c" { about = "deal",
  starts = "visit.ended",
  as_long_as = function(deal) return deal.light == "green" end --> FL111 comma here
  step "b" { after = "2 days", task = todo "x" },
}

--- a comma missing between two people
cadence "c" {
  starts = {
    "visit.ended" --> FL111 comma here
    "quote.presented"
  },
  step "b" { after = "2 days", task = todo "x" },
}

--- a card that is not closed
cadence "c" { --> FL112 Close it with }
  starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" },

--- a card that is not closed hides nothing of the next
cadence "c" { --> FL112 Close it with }
  starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" },

cadence "d" {
  starts = "visit.endd", --> FL334 visit.ended
  step "a" { after = "1 day", task = todo "x" },
}

--- a step that is not closed
cadence "c" {
  starts = "visit.ended",
  step "a" { --> FL112 Close it with }
    after = "1 day", task = todo "x",
}

--- a list that is not closed
cadence "c" {
  starts = { "visit.ended", "quote.presented", --> FL112 Close it with }
  step "a" { after = "1 day", task = todo "x" },
}

--- a function without end
cadence "c" {
  starts = "visit.ended",
  as_long_as = function(deal) return deal.light == "green", --> FL112 Close it with end
  step "a" { after = "1 day", task = todo "x" },
}

--- a bracket too many
cadence "c" {
  starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" },
}
} --> FL113 one too many

--- an end too many
cadence "c" {
  starts = "visit.ended",
  as_long_as = function(deal) return true end,
  step "a" { after = "1 day", task = todo "x" },
}
end --> FL113 one too many

--- a round bracket that closes nothing
rule "r" { about = "deal", when "deal.signed" { run = function(deal, event, act)
  act.note("x"))  --> FL113 one too many
end } }

--- step: a duration without quotes
after = 2 work days, --> FL114 "2 work days"
task = todo "x",

--- step: a Dutch duration without quotes
after = 2 werkdagen, --> FL114 "2 werkdagen"
task = todo "x",

--- step: a duration without quotes, and no comma behind it
after = 2 work days task = todo "x", --> FL114 Write "2 work days"

--- step: a time without quotes
after = "1 day", task = todo "x", due = 09:30, --> FL114 "09:30"

--- a percentage without quotes
setting "x" { type = "percent", default = 80% } --> FL114 "80%"

--- a date without quotes
setting "x" { type = "text", default = 2026-09-01 } --> FL114 "2026-09-01"

--- step: a Lua word as key
after = "1 day", task = call "x", answers = { end = note "x" }, --> FL115 ["end"]

--- step: another Lua word as key
after = "1 day", task = call "x",
answers = { reached = record "contact.made", not = note "x" }, --> FL115 ["not"]

--- step: a dotted key
after = "1 day", task = call "x",
answers = { call.back = note "x" }, --> FL115 ["call.back"]

--- step: a key with a hyphen
after = "1 day", task = call "x",
answers = { call-back = note "x" }, --> FL115 ["call-back"]

--- cond: = where == is meant
return deal.light = "green" --> FL116 Write ==

--- run: = in an if
if deal.light = "green" then act.note("x") end --> FL116 Write ==

--- run: = between round brackets
act.note(text = "x") --> FL116 { } for named values

--- cond: = inside a longer condition
return deal.no_push and deal.light = "green" --> FL116 Write ==

--- card: or between two texts
stops = "deal.signed" or "deal.lost", --> FL117 { "a", "b" }

--- step: or between two roles
after = "1 day", task = call "x", purpose = "help" or "offer", --> FL117 { "a", "b" }

--- step: and between two texts
after = "1 day", task = call "x", by = "phone" and "email", --> FL117 { "a", "b" }

--- cond: or behind a comparison
return deal.light == "green" or "yellow" --> FL117 x == "a" or x == "b"

--- set: thousands with a point
setting "x" { type = "number", default = 20.000 } --> FL118 20000

--- step: what Lua itself says, misplaced operator
after = "1 day", task = todo "x", who = == 1, --> FL304 cannot stand here

--- run: then is missing
if deal.no_push --> FL304 then
  act.note("x")
end

--- run: do is missing
for i = 1, 3 --> FL304 do
  act.note("x")
end

--- run: a bare value as a sentence
deal.no_push --> FL304 = or { }
act.note("x")

--- run: a name that is no name
local 1 = 2 --> FL304 name

--- run: break outside a loop
break --> FL304 "break"

--- something wrong that only shows when the file runs
local x = {} + 1 --> FL305 reckoned with
cadence "c" {
  starts = "visit.endd", --> FL334 visit.ended
  step "a" { after = "1 day", task = todo "x" },
}

--- a text that is called
local x = "a" { } --> FL304 cannot stand here
