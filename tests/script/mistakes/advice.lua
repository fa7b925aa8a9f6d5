-- What is allowed and yet not meant: warnings, told when nothing is wrong.

--- a step behind a rhythm without end
cadence "c" { about = "deal", starts = "visit.ended",
  step "rhythm" { every = "3 weeks", task = todo "x" },
  step "over" { when_over = "rhythm", task = todo "y" }, --> FL392 up_to
}

--- a step counted from an acceptance that never comes
cadence "c" { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", from = "acceptance", task = todo "x" }, --> FL393 handoff
}

--- a rhythm that ends before it begins
cadence "c" { about = "deal", starts = "visit.ended",
  step "rhythm" { every = "3 weeks", up_to = "2 weeks", task = todo "x" }, --> FL394 up_to
}

--- bounds that cross
cadence "c" { about = "deal", starts = "visit.ended",
  step "rhythm" { every = "3 weeks", at_least = "5 weeks", at_most = "4 weeks", task = todo "x" }, --> FL395 at_most
}

--- a step past the rhythm of its card
cadence "c" { about = "deal", starts = "visit.ended",
  step "rhythm" { every = "3 weeks", up_to = "6 months", task = todo "x" },
  step "late" { after = "1 year", task = todo "y" }, --> FL396 up_to
}

--- a card that nobody can enter
cadence "c" { about = "visit", starts = "promise.made", --> FL397 about
  step "a" { after = "1 day", task = todo "x" },
}

--- who enters leaves at once
cadence "c" { about = "deal", starts = "deal.signed", stops = { "deal.signed", "deal.lost" }, --> FL398 stops
  step "a" { after = "1 day", task = todo "x" },
}

--- two cards that call the same customer
cadence "c" { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", task = call "x" } }
cadence "d" { about = "deal", starts = { "quote.presented", "visit.ended" },
  step "b" { after = "1 day", task = call "y" }, --> FL399 both
}

--- two cards with a rhythm of their own
cadence "c" { about = "deal", starts = "visit.ended",
  step "a" { every = "2 weeks", from = "last touch", task = call "x" } }
cadence "d" { about = "deal", starts = "visit.ended",
  step "b" { every = "3 weeks", from = "last touch", task = mail "y" }, --> FL399 both
}

--- an event that causes itself
rule "r" { about = "deal",
  when "contact.made" { also = record "contact.requested" }, --> FL380 itself
  when "contact.requested" { also = record "contact.made" }, --> FL380 itself
}

--- an event that a function causes again
rule "r" { about = "deal",
  when "contact.made" { run = function(deal, event, act) act.emit("acme.won", { score = 1 }) end }, --> FL380 itself
  when "acme.won" { run = function(deal, event, act) act.emit("contact.made", { channel = "phone" }) end }, --> FL380 itself
}

--- a role that nobody has
cadence "c" { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x", who = role "closer" }, --> FL353 closer
}

--- a role instead of a team that nobody has
cadence "c" { about = "deal", starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x", who = least_loaded "greeter" }, --> FL353 greeter
}

--- no department for failed deals | dealership.lua
--v FL379 deal.failed
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
person "jan" { roles = { "seller", "fails_specialist" } }

--- somebody without roles | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
person "jan" { name = "Jan" } --> FL479 roles = { "seller" }

--- fine: in a team, or no one of ours | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
person "jan" { name = "Jan" }
person "kim" { external = true }
team "sales" { "jan" }

--- one person sells and delivers | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
person "jan" { roles = { "seller", "delivery_specialist" } } --> FL354 cost the other

--- more deliveries than the team can do
setting "delivery.per_day" { type = "number", default = 9 }
handoff "h" { starts = "deal.signed", from = seller,
  to = least_loaded "delivery" { at_most = "4 deliveries a day" }, --> FL378 can do 4
}

--- when_over of each other
cadence "c" { about = "deal", starts = "visit.ended",
--v FL392 it waits for "b", and that waits for it
  step "a" { when_over = "b", task = todo "x" },
--v FL392 it waits for "a", and that waits for it
  step "b" { when_over = "a", task = todo "x" } }

--- when_over itself
cadence "c" { about = "deal", starts = "visit.ended",
--v FL392 it waits for "a", and that waits for it
  step "a" { when_over = "a", task = todo "x" } }

--- day past the rhythm
cadence "c" { about = "deal", starts = "visit.ended",
  step "r" { every = "3 weeks", up_to = "2 months", task = todo "x" },
--v FL396 t: it waits longer than that one's up_to
  step "a" { day = 500, task = todo "x" } }

--- fine: when_over with up_to
cadence "c" { about = "deal", starts = "visit.ended",
  step "r" { every = "3 weeks", up_to = "2 months", task = todo "x" },
  step "a" { when_over = "r", task = todo "x" } }

--- fine: when_over once
cadence "c" { about = "deal", starts = "visit.ended",
  step "r" { after = "3 weeks", task = todo "x" },
  step "a" { when_over = "r", task = todo "x" } }

--- fine: acceptance in handoff
handoff "h" { starts = "deal.signed", from = seller, to = least_loaded "delivery",
  step "a" { after = "1 day", from = "acceptance", task = todo "x" } }

--- fine: if_state reachable
cadence "c" { about = "deal", starts = "visit.ended", stops = "deal.lost",
  step "a" { after = "1 day", if_state = "signed", task = todo "x" } }

--- starts about other kind
--v FL397 about a visit, and about says "promise"
cadence "c" { about = "promise", starts = "visit.ended",
  step "a" { after = "1 day", task = todo "x" } }

--- all starts in stops
--v FL398 al.signed" stands in starts and in stops
cadence "c" { about = "deal", starts = { "deal.signed" }, stops = { "deal.signed" },
  step "a" { after = "1 day", task = todo "x" } }

--- fine: one start in stops
cadence "c" { about = "deal", starts = { "deal.signed", "visit.ended" }, stops = { "deal.signed" },
  step "a" { after = "1 day", task = todo "x" } }

--- fine: customer
cadence "c" { about = "customer", starts = { "deal.signed" },
  step "a" { after = "1 day", task = todo "x" } }

--- fine: complaint
cadence "c" { about = "complaint", starts = { "complaint.opened" },
  step "a" { after = "1 day", task = todo "x" } }

--- fine: pack event
cadence "c" { about = "deal", starts = { "acme.won" },
  step "a" { after = "1 day", task = todo "x" } }

--- starts at a pause
--v FL398 tment.set" stands in starts and in stops
cadence "c" { about = "deal", starts = "appointment.set", stops = "appointment.set", pauses = { from = "appointment.set", to = "appointment.kept" },
  step "a" { after = "1 day", task = todo "x" } }

--- fine: delivery
cadence "c" { about = "delivery", starts = "delivery.planned",
  step "a" { before = "1 day", of = "delivery.slot", task = todo "x" } }

--- same wait written otherwise
cadence "c" { about = "deal", starts = "visit.ended", step "a" { after = "7 days", task = call "x" } }
--v FL399 ts then too: both start at "visit.ended"
cadence "d" { about = "deal", starts = "visit.ended", step "b" { after = "1 week", task = mail "y" } }

--- fine: different wait
cadence "c" { about = "deal", starts = "visit.ended", step "a" { after = "7 days", task = call "x" } }
cadence "d" { about = "deal", starts = "visit.ended", step "b" { after = "2 weeks", task = mail "y" } }

--- fine: not a contact
cadence "c" { about = "deal", starts = "visit.ended", step "a" { after = "7 days", task = todo "x" } }
cadence "d" { about = "deal", starts = "visit.ended", step "b" { after = "7 days", task = call "y" } }

--- fine: other start
cadence "c" { about = "deal", starts = "visit.ended", step "a" { after = "7 days", task = call "x" } }
cadence "d" { about = "deal", starts = "deal.signed", step "b" { after = "7 days", task = call "y" } }

--- fine: touched_since
cadence "c" { about = "deal", starts = "visit.ended", step "a" { after = "7 days", task = call "x" } }
cadence "d" { about = "deal", starts = "visit.ended", step "b" { after = "7 days", task = call "y", unless = logged "contact.made" } }

--- about customer and deal
cadence "c" { about = "deal", starts = "visit.ended", step "a" { after = "7 days", task = call "x" } }
--v FL399 ts then too: both start at "visit.ended"
cadence "d" { about = "customer", starts = "visit.ended", step "b" { after = "7 days", task = call "y" } }

--- two rules at once
rule "c" { about = "deal", when "visit.ended" { task = call "x" } }
--v FL399 ts then too: both start at "visit.ended"
rule "d" { about = "deal", when "visit.ended" { task = call "y" } }

--- within at once
cadence "c" { about = "deal", starts = "visit.ended", step "a" { within = "2 work hours", task = call "x" } }
--v FL399 ts then too: both start at "visit.ended"
cadence "d" { about = "deal", starts = "visit.ended", step "b" { within = "4 work hours", task = call "y" } }

--- day
cadence "c" { about = "deal", starts = "visit.ended", step "a" { day = 5, task = call "x" } }
--v FL399 ts then too: both start at "visit.ended"
cadence "d" { about = "deal", starts = "visit.ended", step "b" { day = 5, task = call "y" } }

--- within one card
--v FL399 ts then too: both start at "visit.ended"
cadence "c" { about = "deal", starts = "visit.ended", step "a" { after = "1 day", task = call "x" }, step "b" { after = "1 day", task = call "y" } }

--- fine: one mode of states
cadence "c" { about = "deal", starts = "visit.ended", step "a" { after = "7 days", if_state = "quoted", task = call "x" } }
cadence "d" { about = "deal", starts = "visit.ended", step "b" { after = "7 days", if_state = "visited", task = call "y" } }

--- step also starts own card at once
--v FL380 itself again and again; add unless = ...
rule "r" { about = "deal", when "contact.made" { also = record "contact.made" } }

--- fine: unless
rule "r" { about = "deal", when "contact.made" { unless = function(deal) return deal.no_push == true end, also = record "contact.made" } }

--- fine: no cycle
rule "r" { about = "deal", when "contact.made" { also = record "deal.failed" } }

--- three
--v FL380 itself again and again; add unless = ...
--v FL380 itself again and again; add unless = ...
--v FL380 itself again and again; add unless = ...
rule "r" { about = "deal", when "contact.made" { also = record "contact.requested" }, when "contact.requested" { also = record "quote.presented" }, when "quote.presented" { also = record "contact.made" } }

--- fine: emit behind an if
rule "r" { about = "deal", when "acme.won" { run = function(deal, event, act) if deal.score < 3 then act.emit("acme.won", { score = 1 }) end end } }

--- up_to from setting
--v FL396 t: it waits longer than that one's up_to
cadence "c" { about = "deal", starts = "visit.ended", step "r" { every = "3 weeks", up_to = setting "patience", task = todo "x" }, step "a" { after = "3 years", task = todo "y" } }

--- fine: no rhythm
cadence "c" { about = "deal", starts = "visit.ended", step "a" { after = "3 years", task = todo "y" } }

--- chain of previous steps
--v FL396 t: it waits longer than that one's up_to
cadence "c" { about = "deal", starts = "visit.ended", step "r" { every = "1 week", up_to = "1 month", task = todo "x" }, step "a" { after = "1 month", task = todo "y" }, step "b" { after = "2 months", from = "previous step", task = todo "z" } }

--- fine: equal
cadence "c" { about = "deal", starts = "visit.ended", step "r" { every = "1 week", up_to = "30 days", task = todo "x" }, step "a" { after = "1 month", task = todo "y" } }

--- tell
--v FL353 in dealership.lua has the role "closer"
cadence "c" { about = "deal", starts = "visit.ended", step "a" { after = "1 day", task = todo "y", if_missed = { tell = role "closer" } } }

--- on duty
--v FL353 dy in dealership.lua has the role "desk"
cadence "c" { about = "deal", starts = "visit.ended", step "a" { after = "1 day", task = todo "y", who = on_duty "desk" } }

--- in a function
--v FL353 ody in dealership.lua has the role "fni"
rule "r" { about = "deal", when "contact.made" { run = function(deal, event, act) act.task { kind = "call", who = role "fni", title = "x" } end } }

--- an empty team | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
person "jan" { roles = { "seller" } }
--v FL331 "sales" is empty
team "sales" { }

--- a role for a team
setting "delivery.per_day" { type = "number", default = 5 }
--v FL378 and team "delivery_specialist" can do 4
handoff "h" { starts = "deal.signed", from = seller, to = least_loaded "delivery_specialist" { at_most = "4 deliveries a day" } }

--- a card that is switched off, and a mode that still moves its step
cadence "c" { about = "deal", starts = "visit.ended",
  step "rhythm" { every = "3 weeks", task = todo "x" },
}
mode "m" { starts = every_year { from = "1 March", to = "2 March" },
  changes = { push_back("c.rhythm", "1 week") },
}
switch_off "c" --> FL493
