-- Names that do not exist, with the nearest right one.

--- card: a key misspelt
stop = "deal.signed", --> FL325 stops

--- card: a misspelt key hides no mistake behind it
--v FL325 stops
stop = "deal.sigend", --> FL334 deal.signed

--- step: a misspelt key hides no mistake behind it
--v FL325 who
after = "1 day", task = todo "x", hwo = "jam", --> FL339 jan

--- card: another key misspelt
as_long_a = function(deal) return deal.no_push end, --> FL325 as_long_as

--- card: priority misspelt
prioriy = 5, --> FL325 priority

--- card: title misspelt
titel = "x", --> FL325 title

--- card: a key of another card
dossier = { must "promises" }, --> FL326 handoff

--- card: a key of a step
after = "1 day", --> FL326 step

--- step: a key misspelt
afer = "1 day", task = todo "x", --> FL325 after

--- step: task misspelt
after = "1 day", tsk = todo "x", --> FL325 task
--- step: who misspelt
after = "1 day", task = todo "x", hwo = handler, --> FL325 who

--- step: within misspelt
task = todo "x", withn = "2 work hours", --> FL325 within

--- step: if_missed misspelt
after = "1 day", task = todo "x", if_mised = { tell = handler }, --> FL325 if_missed

--- step: purpose misspelt
after = "1 day", task = call "x", purpos = "help", --> FL325 purpose

--- step: answers misspelt
after = "1 day", task = call "x", answer = { "reached" }, --> FL325 answers

--- step: a key of the card
after = "1 day", task = todo "x", stops = "deal.signed", --> FL326 cadence

--- step: a key of the ladder misspelt
after = "1 day", task = todo "x", if_missed = { remnd = "1 day" }, --> FL325 remind

--- card: a key of pauses misspelt
pauses = { form = "appointment.set", to = "appointment.kept" }, --> FL325 from

--- step: a verb misspelt
after = "1 day", task = cal "x", --> FL301 call

--- step: another verb misspelt
after = "1 day", task = tood "x", --> FL301 todo

--- step: a person word misspelt
after = "1 day", task = todo "x", who = handlr, --> FL301 handler

--- step: role misspelt
after = "1 day", task = todo "x", who = rol "seller", --> FL301 role

--- step: a text without quotes
after = "1 day", task = todo "x", purpose = help, --> FL301 quotes

--- a card word misspelt
cadance "c" { --> FL301 cadence
  starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" },
}

--- step misspelt
cadence "c" {
  starts = "visit.ended",
  stap "a" { after = "1 day", task = todo "x" }, --> FL301 step
  step "b" { after = "1 day", task = todo "x" },
}

--- card: an event that does not exist
stops = "deal.sgned", --> FL334 deal.signed

--- card: an event in a list
stops = {
  "deal.signed",
  "deal.canceled", --> FL334 deal.cancelled
},

--- card: an event of pauses
pauses = { from = "appointment.made", to = "appointment.kept" }, --> FL334

--- step: an event of an answer
after = "1 day", task = call "x", answers = { reached = record "contact.mad" }, --> FL334 contact.made

--- step: an event of a condition
after = "1 day", task = call "x", unless = logged "contact.mde", --> FL334 contact.made

--- step: an event of also
after = "1 day", task = call "x", also = record "deal.faild", --> FL334 deal.failed

--- an event of when
rule "r" { about = "deal",
  when "deal.sgned" { task = todo "x" }, --> FL334 deal.signed
}

--- an event of starts
cadence "c" { starts = "visit.eended", --> FL334 visit.ended
  step "a" { after = "1 day", task = todo "x" } }

--- step: a field of an answer
after = "1 day", task = call "x", answers = { later = record "contact.made" { ask = "next_contact" } }, --> FL345

--- step: a fixed field of an answer
after = "1 day", task = call "x", answers = { later = record "contact.made" { chanel = "phone" } }, --> FL345 channel

--- step: an event that fairlead makes
after = "1 day", task = call "x", answers = { later = record "timer.fired" }, --> FL346 made by fairlead

--- step: a field to count from
before = "1 day", of = "delivery.slt", task = todo "x", --> FL335

--- step: what it is counted from
after = "1 day", from = "last tuch", task = todo "x", --> FL335 last touch

--- step: a field the answer must fill
after = "1 day", task = call "x", writes = { "tempo_dys" }, --> FL335 tempo_days

--- step: a field in a text
after = "1 day", task = call "Call {customer.frist_name}", --> FL357 first_name

--- step: a field in a Dutch text
after = "1 day", task = call { nl = "Bel {customer.nam}", en = "Call {customer.name}" }, --> FL357 customer.name

--- step: a placeholder that is not closed
after = "1 day", task = call "Call {customer.name", --> FL356 not closed

--- step: a way of writing
after = "1 day", task = call "On {delivery.slot|daet}", --> FL358 date

--- step: a state
after = "1 day", task = todo "x", if_state = "visted", --> FL336 visited

--- step: a state in a list
after = "1 day", task = todo "x", if_state = { "visited", "quotd" }, --> FL336 quoted

--- step: a role
after = "1 day", task = todo "x", who = role "sales_manger", --> FL337 sales_manager

--- step: a role on duty
after = "1 day", task = todo "x", who = on_duty "closr", --> FL337 closer

--- step: a team
after = "1 day", task = todo "x", who = least_loaded "salse", --> FL338 sales

--- step: a team in turn
after = "1 day", task = todo "x", who = round_robin "delivry", --> FL338 delivery

--- step: a person
after = "1 day", task = todo "x", who = "jam", --> FL339 jan

--- step: a setting
every = setting "tmpo", task = todo "x", --> FL340 tempo

--- a kind of subject
cadence "c" { starts = "visit.ended", about = "dael", --> FL341 deal
  step "a" { after = "1 day", task = todo "x" } }

--- step: a card to move to
after = "1 day", move_to = card "own-temp", --> FL342
--- step: a step that runs out
when_over = "b", task = todo "x", --> FL343

--- step: a step that touched
after = "1 day", task = todo "x", unless = touched_since "b", --> FL343

--- step: a channel
after = "1 day", task = call "x", by = { "phone", "emial" }, --> FL344 email

--- step: a purpose
after = "1 day", task = call "x", purpose = "hlep", --> FL344 help

--- step: what to do when late
after = "1 day", task = call "x", if_late = "next slt", --> FL344 next slot

--- step: offers
after = "1 day", task = call "x", offers = "nevr", --> FL344 never

--- step: an answer by its name
after = "1 day", task = call "x", answers = { "reechd" }, --> FL363 reached

--- a setting in settings.lua | settings.lua
set("tmpo", "4 weeks") --> FL340 tempo

--- a person in a scope | settings.lua
set("tempo", "4 weeks", { person = "jam" }) --> FL339 jan

--- a team in a scope | settings.lua
set("tempo", "4 weeks", { team = "saels" }) --> FL338

--- a key of a scope | settings.lua
set("tempo", "4 weeks", { persn = "jan" }) --> FL325 person

--- a type of a setting
setting "x" { type = "duratoin", default = "1 day" } --> FL344 duration

--- a key of a setting
--v FL329 default
setting "x" { type = "number", defalt = 1 } --> FL325 default

--- a field that an event changes
event "acme.hot" { subject = "deal", fields = { heat = "number" }, project = "deal.handlr = heat" } --> FL216 handler

--- a kind of a field
field "dael.score" { type = "number" } --> FL210 deal.score

--- a type of a field
field "deal.heat" { type = "numbr" } --> FL211 number

--- a type as other languages call it
field "deal.heat" { type = "datetime" } --> FL211 time

--- a type in Dutch
field "deal.heat" { type = "bedrag" } --> FL211 money

--- a key of an event
event "acme.lost" { subjct = "deal", fields = { score = "number" } } --> FL214 subject

--- a subject of an event
event "acme.lost" { subject = "dael" } --> FL210

--- a field that exists
field "deal.light" { type = "text" } --> FL213 another name

--- an event that exists
event "deal.signed" { subject = "deal" } --> FL213 another name

--- an event without a dot
event "won" { subject = "deal" } --> FL210 acme.hot

--- a role of a person | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
person "jan" { roles = { "seler" } } --> FL344 seller

--- a key of a person | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
person "jan" { rols = { "seller" } } --> FL325 roles

--- a key of the dealership | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en",
  leagl = "nl", --> FL325 legal
}

--- a member of a team | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
person "jan" { roles = { "seller" } }
team "sales" { "jna" } --> FL339 jan

--- a zone | dealership.lua
dealership { name = "T",
  zone = "Europe/Amsterdm", --> FL355
  language = "en" }

--- a day | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en",
  hours = {
    mon_fri = "09:00-18:00",
    satt = "10:00-16:00", --> FL121 sat
  },
}

--- hours | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en",
  hours = {
    mon_fri = "09:00-18:00",
    sat = "10 to noon", --> FL122 09:00-18:00
  },
}
