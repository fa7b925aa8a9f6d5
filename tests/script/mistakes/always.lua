-- Conditions that are always or never true.

--- a state that the card's own stops make impossible
handoff "h" { starts = "deal.signed", stops = { "deal.cancelled", "delivery.completed" }, from = seller, to = least_loaded "delivery",
--v FL496 deal is never "quoted" here, so "a" never appears
  step "a" { after = "1 day", if_state = "quoted", task = todo "x" } }

--- a state that nobody ever comes back to
cadence "c" { about = "deal", starts = "contact.made",
--v FL496 deal is never "new" here
  step "a" { after = "1 day", if_state = "new", task = todo "x" } }

--- a state that the card stops at
cadence "c" { about = "deal", starts = "deal.signed", stops = { "delivery.handed_off", "deal.cancelled", "handoff.excepted" },
  step "a" { after = "1 day",
    task = todo "x",
--v FL496 if_state
    if_state = { "handed_off", "preparing" } } }

--- a when that looks at the state of before
rule "r" { about = "deal",
--v FL496 deal is never "quoted" here
  when "deal.signed" { if_state = "quoted", task = todo "x" } }

--- a when that leaves out the only state there can be
rule "r" { about = "deal",
--v FL496 deal is always "signed" here
  when "deal.signed" { unless = "signed", task = todo "x" } }

--- a promise that is kept by then
rule "r" { about = "promise", starts = "promise.made", stops = { "promise.kept", "promise.broken" },
--v FL496 promise is never "kept" here
  step "a" { before = "1 day", of = "due", if_state = "kept", task = todo "x" } }

--- skip_if of a state that cannot be
cadence "c" { about = "deal", starts = "quote.presented", stops = "deal.signed",
--v FL497 deal is never "signed" here, so skip_if says nothing
  step "a" { after = "1 day", skip_if = "signed", task = todo "x" } }

--- unless that repeats stops
cadence "c" { about = "deal", starts = "visit.ended", stops = { "deal.signed", "deal.lost" },
--v FL497 "deal.signed" never comes before this, for the card stops at it
  step "a" { after = "1 day", unless = logged "deal.signed", task = todo "x" } }

--- unless that repeats starts
cadence "c" { about = "deal", starts = "quote.presented",
--v FL496 "quote.presented" has always come before this
  step "a" { after = "1 day", unless = logged "quote.presented", task = todo "x" } }

--- unless no_event of what stops the card
cadence "c" { about = "deal", starts = "visit.ended", stops = "deal.signed",
--v FL496 so "a" never appears
  step "a" { after = "1 day", unless = no_event "deal.signed", task = todo "x" } }

--- unless of a card that is closed
cadence "c" { about = "deal", starts = "visit.ended", closed = true,
--v FL497 lets nobody new in anyway
  unless = function(deal) return deal.no_push == true end,
  step "a" { after = "1 day", task = todo "x" } }

--- unless of a card that is on its way out
cadence "c" { about = "deal", starts = "visit.ended", removed = "finish",
--v FL497 lets nobody new in anyway
  unless = "quoted",
  step "a" { after = "1 day", task = todo "x" } }

--- cond: a field that begins as something against nil
--v FL495 deal.touch_count" is never nil: it begins as 0
return deal.touch_count == nil

--- cond: a state against nil
--v FL495 begins as "new"
return deal.state ~= nil

--- cond: a number of the customer against a text
--v FL382 a number and never a text
return deal.customer.touch_count > "3"

--- cond: a field with choices of the customer
--v FL381 green
return deal.customer.customer_colour == "groen"

--- fine: a state that may be
cadence "c" { about = "deal", starts = "visit.ended", stops = "deal.signed",
  step "a" { after = "1 day", if_state = "quoted", task = todo "x" },
  step "b" { after = "2 days", unless = "quoted", task = todo "x" } }

--- fine: a promise that may be at risk
rule "r" { about = "promise", starts = "promise.made", stops = { "promise.kept", "promise.broken" },
  step "a" { before = "1 day", of = "due", if_state = "at_risk", task = todo "x" },
  step "b" { at = "due", if_state = "open", task = todo "x" } }

--- fine: logged of one of several starts
cadence "c" { about = "deal", starts = { "visit.ended", "contact.made" }, stops = { "deal.signed" },
  step "a" { after = "1 day", unless = logged "contact.made", task = todo "x" } }

--- fine: a when in the state it makes
rule "r" { about = "deal",
  when "deal.signed" { if_state = "signed", task = todo "x" },
  when "contact.made" { unless = "signed", task = todo "y" },
  when "visit.ended" { if_state = "visited", task = todo "z" } }

--- fine: a visit
rule "r" { about = "visit", starts = "visit.started", stops = { "deal.signed", "deal.turned_over" },
  step "a" { at = "closing time", if_state = "open", task = todo "x" },
  when "visit.ended" { if_state = "unsold", task = todo "y" } }

--- fine: a field without a beginning against nil
cadence "c" { about = "deal", starts = "visit.ended",
  as_long_as = function(deal) return deal.price == nil and deal.customer.tempo_days ~= nil end,
  step "a" { after = "1 day", task = todo "x" } }
