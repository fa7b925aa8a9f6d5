-- Values of the wrong kind, units, and keys that do not go together.

--- step: a unit misspelt
after = "2 dgs", task = todo "x", --> FL332 days

--- step: a unit that does not exist
after = "2 wrok days", task = todo "x", --> FL332 work days

--- step: a unit that does not exist, in a bound
every = "3 weeks", at_least = "14 dys", task = todo "x", --> FL332 days

--- step: a length of time that is true
after = true, task = todo "x", --> FL328 length of time

--- step: a length of time that is a list
after = { "1 day" }, task = todo "x", --> FL328 length of time

--- step: half a day
after = "1.5 days", task = todo "x", --> FL332 36 hours

--- step: a negative length of time
after = "-2 days", task = todo "x", --> FL332 before

--- step: a day that is a text
day = "5", task = todo "x", --> FL328 whole number

--- step: a day out of range
day = 0, task = todo "x", --> FL366 between

--- step: a moment that does not exist
after = "1 day", task = todo "x", due = "end of dya", --> FL333 end of day

--- step: at which moment
at = "closng time", task = todo "x", --> FL333 closing time

--- step: yes for true
after = "1 day", task = todo "x", once = "yes", --> FL328 true or false

--- step: a text for a task
after = "1 day", task = "Call the customer", --> FL328 call "..."

--- step: a role without its name
after = "1 day", task = todo "x", who = role, --> FL313 name in quotes

--- step: a role with a number
after = "1 day", task = todo "x", who = role(5), --> FL313 name in quotes

--- step: a person that is a number
after = "1 day", task = todo "x", who = 5, --> FL328 handler

--- step: a condition that is a number
after = "1 day", task = todo "x", unless = 5, --> FL328 function

--- step: a text for answers
after = "1 day", task = call "x", answers = "reached", --> FL328 reached = record

--- step: an answer that does nothing
after = "1 day", task = call "x", answers = { reached = true }, --> FL328 record

--- step: at most what
after = "1 day", task = todo "x", who = least_loaded "sales" { at_most = "4 cars" }, --> FL359 25 open cases

--- step: again without a time
after = "1 day", task = call "x", answers = { no_answer = again { at_most = 2 } }, --> FL329 after

--- step: again so often
after = "1 day", task = call "x", answers = { no_answer = again { after = "1 day", at_most = 0 } }, --> FL366 between

--- step: two ways to appear
after = "1 day",
day = 2, task = todo "x", --> FL330 do not go together

--- step: before what
before = "1 day", task = todo "x", --> FL329 of

--- a step that does nothing
cadence "c" { starts = "visit.ended",
  step "a" { after = "1 day" }, --> FL362 task
}

--- step: answers without a task
after = "1 day", run = function(deal, event, act) act.note("x") end,
answers = { "reached" }, --> FL367 without a task

--- step: a text that is empty
after = "1 day", task = todo "", --> FL331 empty

--- step: a list that is empty
after = "1 day", task = call "x", by = {}, --> FL331 empty

--- step: a setting of the wrong type
every = setting "share", task = todo "x", --> FL352 duration

--- a setting with a wrong default
setting "x" { type = "duration", default = "3 wekken" } --> FL351 length of time

--- a yes or no with a text
setting "x" { type = "yes_no", default = "yes" } --> FL351 true or false

--- money that is none
setting "x" { type = "money", default = "twenty" } --> FL351 amount

--- a value that does not fit | settings.lua
set("tempo", "often") --> FL351 length of time

--- a value that is missing | settings.lua
set("tempo") --> FL351 length of time

--- a setting without a type
setting "x" { default = 1 } --> FL329 type

--- card: priority that is a text
priority = "high", --> FL328 whole number

--- card: closed that is a text
closed = "yes", --> FL328 true or false

--- card: a loose text
"visit.ended", --> FL327 key fall off

--- step: a loose text
after = "1 day", task = todo "x", "phone", --> FL327 key fall off

--- card: pauses that are a text
pauses = "appointment.set", --> FL328 from = "event"

--- card: pauses without an end
pauses = { from = "appointment.set" }, --> FL329 to

--- a card that never begins
cadence "c" { --> FL360 starts
  step "a" { after = "1 day", task = todo "x" } }

--- a card that does nothing
cadence "c" { starts = "visit.ended" } --> FL361 step

--- a card without a table
cadence "c" --> FL319 { ... }

--- a card without a name
cadence { starts = "visit.ended", --> FL313 name in quotes
  step "a" { after = "1 day", task = todo "x" } }

--- a card with a name that is none
cadence "Own Tempo" { starts = "visit.ended", --> FL347 small letters
  step "a" { after = "1 day", task = todo "x" } }

--- a step outside of any card
step "a" { after = "1 day", task = todo "x" } --> FL321 outside

--- two steps of one name
cadence "c" { starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" },
  step "a" { after = "2 days", task = todo "y" }, --> FL348 twice
}

--- two cards of one name
cadence "c" { starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" } }
cadence "c" { starts = "visit.ended", --> FL349 already
  step "a" { after = "1 day", task = todo "x" } }

--- a card in settings.lua | settings.lua
cadence "c" { starts = "visit.ended", --> FL309 rules/
  step "a" { after = "1 day", task = todo "x" } }

--- a person in rules
person "kees" { roles = { "seller" } } --> FL309 dealership.lua

--- set in rules
set("tempo", "2 weeks") --> FL309 settings.lua

--- two people of one name | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
person "jan" { roles = { "seller" } }
person "jan" { roles = { "seller" } } --> FL350 already

--- a dealership without a name | dealership.lua
dealership { zone = "Europe/Amsterdam", language = "en" } --> FL329 name

--- a handoff to nobody
handoff "h" { starts = "deal.signed", from = seller } --> FL329 to

--- a dossier of texts
handoff "h" { starts = "deal.signed", from = seller, to = least_loaded "delivery",
  dossier = { "promises" }, --> FL328 must
}

--- a field of a dossier
handoff "h" { starts = "deal.signed", from = seller, to = least_loaded "delivery",
  dossier = { must "promisses" }, --> FL335
}

--- a key of must
handoff "h" { starts = "deal.signed", from = seller, to = least_loaded "delivery",
  dossier = { must "extras" { none_is_ok = true } }, --> FL325 none_is_fine
}

--- a key of if_refused
handoff "h" { starts = "deal.signed", from = seller, to = least_loaded "delivery",
  if_refused = { back_too = seller }, --> FL325 back_to
}

--- what is kept
handoff "h" { starts = "deal.signed", from = seller, to = least_loaded "delivery",
  frees_seller = { keeps = { "greet the custmer" } }, --> FL344 greet the customer
}

--- a key of when_full
escalation "e" { about = "case", starts = "deal.failed", to = least_loaded "fails",
  when_full = { waits_wth = role "sales_manager" }, --> FL325 waits_with
}

--- an order of when_full
escalation "e" { about = "case", starts = "deal.failed", to = least_loaded "fails",
  when_full = { order = "expected valeu", waits_with = role "sales_manager" }, --> FL344 expected value
}

--- a pool of fresh leads
escalation "e" { about = "case", starts = "deal.failed", to = least_loaded "fails",
  seller_gets = fresh_lead { from = { "new leeds" } }, --> FL344 new leads
}

--- seller_gets without its word
escalation "e" { about = "case", starts = "deal.failed", to = least_loaded "fails",
  seller_gets = { within = "1 hour" }, --> FL328 fresh_lead
}
