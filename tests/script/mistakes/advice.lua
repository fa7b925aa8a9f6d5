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

--- one person sells and delivers | dealership.lua
dealership { name = "T", zone = "Europe/Amsterdam", language = "en" }
person "jan" { roles = { "seller", "delivery_specialist" } } --> FL354 cost the other

--- more deliveries than the team can do
setting "delivery.per_day" { type = "number", default = 9 }
handoff "h" { starts = "deal.signed", from = seller,
  to = least_loaded "delivery" { at_most = "4 deliveries a day" }, --> FL378 can do 4
}
