-- A promise: the customer is told before it is due, never after (S5-06, S5-07,
-- S5-08, S5-14). When it slips, somebody higher calls each time.
-- Change it: set("promise_check", "2 weeks") in settings.lua.

rule "told-before-due" {
  title = { nl = "Belofte: bericht voor de dag zelf", en = "A promise: told before it is due" },
  about = "promise",
  starts = "promise.made", stops = { "promise.kept", "promise.broken", "deal.cancelled" },
  counts_by = "end of range",  -- "three to four weeks" is due after four
  who = owner, deputy = on_duty "sales_manager", purpose = "service",
  step "still-on-track" {
    before = setting "promise_check", of = "due",
    task = todo {
      nl = "Ligt {promise.what} voor {customer.name} nog op schema? Vraag het vandaag na bij de leverancier",
      en = "Is {promise.what} for {customer.name} still on track? Ask the supplier today",
    },
    answers = { yes = note "on track", no = record "promise.at_risk" { ask = { "cause", "new_estimate" } } },
  },
  step "tell" {
    before = setting "promise_tell", of = "due", if_state = "at_risk", if_late = "do",
    unless = function(promise) return promise.customer_told == true end,
    task = call {
      nl = "Vertel {customer.name}: nieuwe datum {promise.new_estimate|date}, wat we eraan doen, en wie te bellen",
      en = "Tell {customer.name}: new date {promise.new_estimate|date}, what we do about it, who to call",
    },
  },
  step "silence" {
    at = "due", if_state = "open", within = "1 work hour",
    task = call {
      nl = "Vandaag beloofd en niemand zei iets: bel {customer.name} nu",
      en = "Due today and nobody said a word: call {customer.name} now",
    },
  },
  step "as-said" {
    at = "new_estimate", if_state = "at_risk",
    task = todo {
      nl = "{promise.what} zou er nu zijn voor {customer.name}: gelukt, of een nieuwe datum?",
      en = "{promise.what} should be here now for {customer.name}: kept, or a new date?",
    },
    answers = { kept = record "promise.kept", later = record "promise.slipped" { ask = { "new_due", "cause" } } },
  },
  ladder "slip" {
    counts = "promise.slipped",
    [1] = {
      who = owner, due = "end of day",
      task = call {
        nl = "Bel vandaag over de nieuwe datum {promise.due|date}",
        en = "Call today about the new date {promise.due|date}",
      },
    },
    [2] = {
      who = role "sales_manager", within = "4 work hours",
      task = call {
        nl = "Bel {customer.name} zelf, en bied iets passends aan",
        en = "Call {customer.name} yourself, and offer something that fits",
      },
      goodwill = { at_least = setting "goodwill_least", at_most = setting "goodwill_most", of = "price", warn_below = setting "goodwill_token" },
    },
    [3] = {
      who = role "principal", due = "end of day",
      task = call {
        nl = "Derde keer uitgesteld. Deze klant vertelt het aan vijftig mensen",
        en = "Third slip. This customer talks to fifty people",
      },
    },
    also_top_if = function(promise) return promise.total_delay >= promise.first_term end,
  },
  when "promise.chased" {
    unless = function(promise) return promise.customer_told == true end,
    mark = "breach", who = role "sales_manager", within = "1 work hour",
    task = call {
      nl = "{customer.name} moest zelf bellen. Help nu; het verhaal staat in {deal.link}",
      en = "{customer.name} had to call us. Help now, the story is in {deal.link}",
    },
  },
}

test "three to four weeks is due after four, asked a week before" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "signed" }
  t:happens("promise.made", { deal = deal, promise = "tow-bar", what = "the tow bar", due_from = "2026-09-22", due_to = "2026-09-29", owner = "jan" })
  t:at "2026-09-21 18:00"
  t:expect_task { step = "still-on-track", count = 0 }
  t:at "2026-09-22 12:00"
  t:expect_task { step = "still-on-track", who = "jan", count = 1 }
  t:answers { step = "still-on-track", outcome = "no", fields = { cause = "supplier", new_estimate = "2026-10-13" } }
  t:expect_state("tow-bar", "at_risk")
  t:at "2026-09-26 12:00"
  t:expect_task { step = "tell", who = "jan", count = 1 }
  t:answers { step = "tell", outcome = "reached" }
  t:expect_field("tow-bar", "customer_told", true)
  t:at "2026-09-29 12:00"
  t:expect_task { step = "silence", count = 0 }
end)

test "known at the last moment only: the customer still hears before the day itself" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "signed" }
  t:happens("promise.made", { deal = deal, promise = "p", what = "the tow bar", due_to = "2026-09-29 12:00", owner = "jan" })
  t:at "2026-09-28 10:00"
  t:expect_task { step = "tell", count = 0 }
  t:happens("promise.at_risk", { promise = "p", cause = "supplier", new_estimate = "2026-10-13" })
  t:expect_task { step = "tell", who = "jan", count = 1 }
end)

test "due today and nobody said a word; a moved date starts the checks again" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "signed" }
  t:happens("promise.made", { deal = deal, promise = "p", what = "the tow bar", due_to = "2026-09-29 12:00", owner = "jan" })
  t:at "2026-09-29 12:01"
  t:expect_task { step = "still-on-track", count = 1 }
  t:expect_task { step = "silence", who = "jan", count = 1 }
  t:happens("promise.slipped", { promise = "p", new_due = "2026-10-20 12:00" })
  t:expect_task { step = "silence", open = true, count = 0 }
  t:expect_task { step = "slip.1", who = "jan", open = true, count = 1 }
  t:at "2026-10-13 13:00"
  t:expect_task { step = "still-on-track", count = 2 }
  t:at "2026-10-20 12:01"
  t:expect_task { step = "silence", count = 2 }
end)

test "slip on slip: the owner, the manager, the principal" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "quoted" }
  t:happens("deal.signed", { deal = deal, seller = "jan", price = "€ 60.000" })
  t:happens("promise.made", { deal = deal, promise = "p", what = "the tow bar", due_to = "2026-12-01", owner = "jan" })
  t:happens("promise.slipped", { promise = "p", new_due = "2026-12-08" })
  t:expect_task { step = "slip.1", who = "jan", open = true, count = 1 }
  t:happens("promise.slipped", { promise = "p", new_due = "2026-12-15" })
  t:expect_task { step = "slip.1", open = true, count = 0 }
  t:expect_task { step = "slip.2", who = "sanne", open = true, count = 1 }
  t:answers { step = "slip.2", outcome = "reached", fields = { goodwill = "€ 20" } }
  t:expect_event { type = "goodwill.given", count = 1 }
  t:expect_task { step = "slip.2.token", who = "sanne", count = 1 }
  t:happens("promise.slipped", { promise = "p", new_due = "2026-12-22" })
  t:expect_task { step = "slip.3", who = "sanne", open = true, count = 1 }
end)

test "a delay as long as the first term goes to the top at once" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "signed" }
  t:happens("promise.made", { deal = deal, promise = "p", what = "the tow bar", due_to = "2026-09-22", owner = "jan" })
  t:happens("promise.slipped", { promise = "p", new_due = "2026-10-20" })
  t:expect_task { step = "slip.1", open = true, count = 1 }
  t:expect_task { step = "slip.3", open = true, count = 1 }
  t:happens("promise.slipped", { promise = "p", new_due = "2026-10-27" })
  t:expect_task { step = "slip.2", open = true, count = 1 }
  t:expect_task { step = "slip.3", count = 1 }  -- the one that is open stays
end)

test "the customer had to call first: a breach" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "signed" }
  t:happens("promise.made", { deal = deal, promise = "p", what = "the tow bar", due_to = "2026-09-29", owner = "jan" })
  t:happens("promise.chased", { promise = "p" })
  t:expect_field("p", "breach", true)
  t:expect_task { step = "when:promise.chased", who = "sanne", count = 1 }
end)

test "the owner is away without a deputy: the manager on duty" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "signed" }
  t:happens("promise.made", { deal = deal, promise = "p", what = "the tow bar", due_to = "2026-09-29", owner = "jan" })
  t:happens("person.absent", { person = "jan" })
  t:at "2026-09-22 12:00"
  t:expect_task { step = "still-on-track", who = "sanne", count = 1 }
end)

test "kept: nothing is asked any more" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "signed" }
  t:happens("promise.made", { deal = deal, promise = "p", what = "the tow bar", due_to = "2026-09-29", owner = "jan" })
  t:happens("promise.kept", { promise = "p" })
  t:run_for "2 months"
  t:expect_task { card = "told-before-due", count = 0 }
end)
