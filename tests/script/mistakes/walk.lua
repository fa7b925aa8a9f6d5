-- What people wrote who are no programmers, on a walk through a new folder.

--- step: a day of the week for a rhythm
--v FL332 not days of the week: "1 week"
every = "monday", task = call "x",

--- step: at once
--v FL332 Leave after out
after = "immediately", task = call "x",

--- step: at once in Dutch
--v FL332 Leave after out
after = "meteen", task = call "x",

--- step: a date for an end
--v FL332 knows no dates
every = "2 weeks", up_to = "31-12-2026", task = call "x",

--- step: a time of day for within
--v FL332 due = "17:00"
task = call "x", within = "17:00",

--- step: a length of time for due
--v FL333 within = "2 uur"
after = "1 day", task = call "x", due = "2 uur",

--- step: a field of the text in Dutch
--v FL357 customer.name
--v FL357 vehicle
after = "1 day", task = call "Bel {klant.naam} over {auto}",
--                                ^^^^^^^^^^^^      ^^^^^^

--- step: capitals in a field of the text
--v FL357 customer.name
after = "1 day", task = call "Bel {Customer.Name}",

--- step: blanks in a field of the text
--v FL357 customer.name
after = "1 day", task = call "Bel { customer.name }",

--- step: two braces
--v FL356 one { and one }
after = "1 day", task = call "Bel {{customer.name}}",

--- step: square brackets round a field of the text
--v FL357 write {customer.name}
after = "1 day", task = call "Bel [customer.name] vandaag",
--                                ^^^^^^^^^^^^^^^

--- step: percent signs round a field of the text
--v FL357 write {customer.name}
after = "1 day", task = call "Bel %customer.name%",

--- step: the form of a date
--v FL358 date
after = "1 day", task = call "Op {delivery.slot|dd-mm-jjjj}",

--- fine: signs that are none
cadence "c" { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", task = call "Geef 10% korting [zie map] <a.b>" } }

--- step: a team as a person
--v FL319 least_loaded "sales"
after = "1 day", task = call "x", who = team "sales",

--- step: the word person before a name
--v FL319 Write "jan" alone
after = "1 day", task = call "x", who = person "jan",

--- step: round brackets behind a person
--v FL119 Write seller
after = "1 day", task = call "x", who = seller(),

--- step: a role in Dutch as a person
--v FL339 role "sales_manager"
after = "1 day", task = call "x", if_missed = { tell = "verkoopleider" },

--- step: a task without its key
--v FL327 write task = call "..."
after = "1 day", call "Bel de klant",
--               ^^^^

--- a step with a number for its name
cadence "c" { about = "deal", starts = "visit.ended",
--v FL119 Write step "1"
  step 1 { after = "1 day", task = call "x" },
--     ^
}

--- a card with a bare name
--v FL119 Write cadence "ring"
cadence ring { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", task = call "x" },
}

--- two events behind when without braces
rule "r" { about = "deal",
--v FL119 Write when { "a", "b" } { ... }
  when "contact.made", "visit.ended" { task = todo "x" },
--     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
}

--- when as a key
rule "r" { about = "deal",
--v FL326 without =, as in when "..." { ... }
  when = "contact.made",
}

--- a task in a rule
--v FL326 step
rule "r" { about = "deal", starts = "contact.made", task = call "x" }

--- step: an event as an answer
--v FL328 Write record "contact.made"
after = "1 day", task = call "x", answers = { reached = "contact.made" },

--- step: again with a text
--v FL119 Write again { after = "2 days" }
after = "1 day", task = call "x", answers = { no_answer = again "2 days" },

--- step: again with a number
--v FL314 { ... }
after = "1 day", task = call "x", answers = { no_answer = again(2) },
--                                                        ^^^^^

--- step: unless with an event
--v FL336 logged "contact.made"
after = "1 day", task = call "x", unless = "contact.made",

--- step: unless with a list of events
--v FL336 logged "contact.made"
after = "1 day", task = call "x", unless = { "contact.made" },

--- step: not before a condition
--v FL119 Write no_event
after = "1 day", task = call "x", unless = not logged "contact.made",

--- step: and between two conditions
--v FL117 keeps only the second
after = "1 day", task = call "x", unless = logged "contact.made" and logged "quote.presented",
--                                                               ^^^

--- step: or between two conditions
--v FL117 one under skip_if
after = "1 day", task = call "x", unless = logged "contact.made" or logged "quote.presented",

--- step: if_state with a sign
--v FL119 Write unless =
after = "1 day", task = call "x", if_state ~= "signed",

--- run: act.task with its title alone
--v FL328 title = "..."
act.task("Bel de klant", handler)

--- run: the kind of a task without quotes
--v FL499 act.task { kind = "call"
act.task { kind = call, who = handler, title = "x" }

--- run: a task as in a card
--v FL499 act.task { kind = "call"
act.task { task = call "Bel", who = handler }

--- run: record as in a card
--v FL499 act.emit
record "acme.won"

--- cond: logged in a function
--v FL499 without a function
return logged "contact.made"

--- run: a field of the title
--v FL357 customer.name
act.task { kind = "call", who = handler, title = "Bel {klant.naam}" }

--- run: a field of a title in two languages
--v FL357 customer.name
act.task { kind = "call", who = handler, title = { nl = "Bel {klant.naam}", en = "Call {customer.name}" } }

--- run: a field in a remark
--v FL365 .. deal.link
act.note("Gebeld met {customer.name}")

--- run: a person who does not exist
--v FL339 jan
act.task { kind = "call", who = "jann", title = "x" }

--- run: a role as a person
--v FL339 role "sales_manager"
act.task { kind = "call", who = "sales_manager", title = "x" }

--- run: assigned to a person by full name
--v FL339 jan
act.assign("Jan de Boer")

--- run: assigned to nobody
--v FL339 jan
act.assign("jann")

--- cond: a field in Dutch
--v FL335 customer
return deal.klant == nil

--- cond: a price in Dutch
--v FL335 price
return deal.prijs and deal.prijs > 20000
--          ^^^^^

--- cond: a price against an amount in quotes
--v FL382 a number of cents and never a text
return (deal.price or 0) > "€ 20.000"

--- step: tomorrow
--v FL332 Write "1 day"
after = "tomorrow", task = call "x",

--- step: the next day in Dutch
--v FL332 Write "1 day"
after = "de volgende dag", task = call "x",

--- step: a field of the text with an underscore for the point
--v FL357 customer.name
after = "1 day", task = call "Call {customer_name}",

--- step: a name without whose
--v FL357 customer.name
--v FL357 customer.phone
after = "1 day", task = call "Call {name} at {phone}",

--- step: a moment for within
--v FL332 due = "end of day"
after = "1 day", task = call "x", within = "end of day",

--- a value that is set twice | settings.lua
set("tempo", "3 weeks")
--v FL350 settings.lua:1
set("tempo", "4 weeks")

--- fine: a value for some | settings.lua
set("tempo", "3 weeks")
set("tempo", "4 weeks", { person = "jan" })
set("tempo", "5 weeks", { team = "sales" })

--- a value for somebody by name | settings.lua
--v FL328 { person = "..." }
set("tempo", "3 weeks", "jan")

--- needs as a key
--v FL326 as in needs { ... }
gate "g" { guards = "deal.lost", needs = { "second_face" } }

--- a setting as a key of changes
--v FL325 set("tempo", ...)
mode "m" { starts = every_year { from = "1 March", to = "2 March" }, changes = { tempo = "4 weeks" } }

--- a closed day behind the hours | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en",
  hours = { mon = "09:00-18:00" },
  holidays = "nl",
--v FL124 2026-12-24
  closed = { "24 december" },
--            ^^^^^^^^^^^
}
person "jan" { roles = { "seller", "fails_specialist" } }

--- a test that does not name what it gets
test "x" (function()
--v FL301 (function(t) ... end)
  t:at "2026-09-01 10:00"
end)

--- a test's field in Dutch
test "x" (function(t)
  local deal = t:deal { handler = "jan" }
--v FL345 channel
  t:happens("contact.made", { deal = deal, kanaal = "phone" })
--v FL335 price
  t:expect_field(deal, "prijs", 5)
end)

--- fine: a test's field of the customer behind a deal
cadence "c" { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" } }
test "x" (function(t)
  local deal = t:deal { handler = "jan" }
  t:expect_field(deal, "customer.tempo_days", 21)
end)

--- step: an event by another word, deal.sold
--v FL334 deal.signed
after = "1 day", task = call "x", unless = logged "deal.sold",

--- step: an event by another word, deal.won
--v FL334 deal.signed
after = "1 day", task = call "x", unless = logged "deal.won",

--- step: an event by another word, deal.delivered
--v FL334 delivery.completed
after = "1 day", task = call "x", unless = logged "deal.delivered",

--- step: an event by another word, deal.created
--v FL334 deal.opened
after = "1 day", task = call "x", unless = logged "deal.created",

--- step: an event by another word, lead.created
--v FL334 lead.received
after = "1 day", task = call "x", unless = logged "lead.created",

--- step: an event by another word, lead.new
--v FL334 lead.received
after = "1 day", task = call "x", unless = logged "lead.new",

--- step: an event by another word, visit.done
--v FL334 visit.ended
after = "1 day", task = call "x", unless = logged "visit.done",

--- step: an event by another word, customer.called
--v FL334 contact.made
after = "1 day", task = call "x", unless = logged "customer.called",

--- step: an event with its kind misspelt or unknown, complain.opened
--v FL334 complaint.opened
after = "1 day", task = call "x", unless = logged "complain.opened",

--- step: an event with its kind misspelt or unknown, visitt.ended
--v FL334 visit.ended
after = "1 day", task = call "x", unless = logged "visitt.ended",

--- step: an event with its kind misspelt or unknown, autos.getekend
--v FL334 deal.signed
after = "1 day", task = call "x", unless = logged "autos.getekend",
