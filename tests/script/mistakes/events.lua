-- Fields that only some events bring, and what no event brings.

--- a field that one of two events brings, in a calculation
rule "r" { about = "deal",
  when { "contact.made", "quote.presented" } {
    run = function(deal, event, act)
--v FL494 not told by "contact.made", and there this fails; ask first: event.type == "quote.presented"
      if event.amount > 100000 then act.note("big") end
    end,
  },
}

--- the same under data, joined to a text
rule "r" { about = "deal",
  when { "contact.made", "quote.presented" } {
    run = function(deal, event, act)
--v FL494 not told by "quote.presented"
      act.note("by " .. event.data.channel)
    end,
  },
}

--- a field of an event, kept in a local first
rule "r" { about = "deal",
  when { "contact.made", "quote.presented" } {
    run = function(deal, event, act)
      local amount = event.amount
--v FL494 not told by "contact.made"
      if amount > 100000 then act.note("big") end
    end,
  },
}

--- a field of an event, given to act
rule "r" { about = "deal",
  when { "contact.made", "quote.presented", "visit.ended" } {
    run = function(deal, event, act)
--v FL494 not told by "contact.made", "quote.presented"
      act.note(event.outcome)
    end,
  },
}

--- what is inside of a field that one event lacks
rule "r" { about = "deal",
  when { "deal.failed", "contact.made" } {
    run = function(deal, event, act)
--v FL494 not told by "contact.made"
      if event.save_a_deal.quality == 2 then act.note("x") end
    end,
  },
}

--- asked in the wrong branch
rule "r" { about = "deal",
  when { "contact.made", "quote.presented", "visit.ended" } {
    run = function(deal, event, act)
      if event.type == "quote.presented" then
        act.note("x")
      else
--v FL345 channel
        act.note(event.chanel)
--v FL494 not told by "contact.made"
        act.note(event.outcome)
      end
    end,
  },
}

--- a field of the other event
rule "r" { about = "deal",
  when { "contact.made", "quote.presented" } {
    run = function(deal, event, act)
      if event.type == "contact.made" then
--v FL345 event "contact.made" has no field "amount"
        act.note("big " .. event.amount)
      end
    end,
  },
}

--- a field that neither event brings
rule "r" { about = "deal",
  when { "contact.made", "quote.presented" } {
    run = function(deal, event, act)
--v FL345 event "contact.made" has no field "left_reason"
      if event.left_reason == "price" then act.note("x") end
    end,
  },
}

--- a condition of a when asks for what one event lacks
rule "r" { about = "deal",
  when { "contact.made", "quote.presented" } {
--v FL494 not told by "contact.made"
    unless = function(deal, event) return event.amount < 100000 end,
    task = todo "x",
  },
}

--- a condition that every event comes to
cadence "c" { about = "deal", starts = "visit.ended",
--v FL494 any event may come here
  as_long_as = function(deal, event) return event.amount < 100000 end,
  step "a" { after = "1 day", task = todo "x" },
}

--- a condition that every event comes to, and a field of none
cadence "c" { about = "deal", starts = "visit.ended",
--v FL345 outcome
  as_long_as = function(deal, event) return event.outcom ~= "sold" end,
  step "a" { after = "1 day", task = todo "x" },
}

--- unless of a card asks for what one of its starts lacks
cadence "c" { about = "deal", starts = { "visit.ended", "quote.presented" },
--v FL494 not told by "visit.ended"
  unless = function(deal, event) return event.amount < 100000 end,
  step "a" { after = "1 day", task = todo "x" },
}

--- an answer that may be nothing
cadence "c" { about = "deal", starts = { "deal.failed", "quote.presented" },
--v FL494 not told by "quote.presented"
  unless = function(deal, event) return event.to_done end,
  step "a" { after = "1 day", task = todo "x" },
}

--- a value that a field of both events never has
rule "r" { about = "deal",
  when { "contact.made", "contact.attempted" } {
    run = function(deal, event, act)
--v FL381 phone
      if event.channel == "fone" then act.note("x") end
    end,
  },
}

--- a field of an event against the wrong kind of value
rule "r" { about = "deal",
  when "quote.presented" {
    run = function(deal, event, act)
--v FL382 a number of cents and never a text
      if event.amount == "100000" then act.note("x") end
    end,
  },
}

--- event.type against a number
--v FL382 a text and never a number
rule "r" { about = "deal", when "quote.presented" { run = function(deal, event, act) if event.type == 1 then act.note("x") end end } }

--- fine: event.type is asked first
rule "r" { about = "deal",
  when { "contact.made", "quote.presented" } {
    run = function(deal, event, act)
      if event.type == "quote.presented" and event.amount > 100000 then act.note("big") end
      if event.type ~= "contact.made" then act.note("x " .. event.amount) end
      if event.type == "contact.made" then
        act.note("by " .. event.channel)
      else
        act.note("for " .. event.amount)
      end
    end,
  },
}

--- fine: the type in a local, and leaving first
rule "r" { about = "deal",
  when { "contact.made", "quote.presented", "visit.ended" } {
    run = function(deal, event, act)
      local kind = event.type
      if kind == "contact.made" or kind == "visit.ended" then return end
      act.note("for " .. event.amount)
    end,
  },
}

--- fine: the field is asked first
rule "r" { about = "deal",
  when { "contact.made", "quote.presented" } {
    run = function(deal, event, act)
      local amount = event.amount
      if event.amount and event.amount > 100000 then act.note("big") end
      if event.amount ~= nil then act.note("for " .. event.amount) end
      if amount ~= nil and amount > 100000 then act.note("big") end
      if not amount then return end
      act.note("for " .. amount)
    end,
  },
}

--- fine: what is nil answers no
rule "r" { about = "deal",
  when { "contact.made", "visit.ended" } {
    run = function(deal, event, act)
      if event.outcome == "sold" then act.note("x") end
      local amount = event.outcome or "nothing"
      act.note("was " .. amount)
      act.emit("acme.won", { score = 1, note = event.outcome })
    end,
  },
}

--- fine: a condition that every event comes to asks first
cadence "c" { about = "deal", starts = { "visit.ended", "lead.granted" },
  unless = function(deal, event) return event.type == "lead.granted" and event.data.card ~= nil end,
  as_long_as = function(deal, event) return not (event.type == "quote.presented" and event.amount < 100000) end,
  step "a" { after = "1 day", task = todo "x" },
}
