-- What must never lie about: a customer who asks to be forgotten, a colleague
-- who speaks up (S5-26), a lead that went to a partner (S1-14, S1-23).
-- Change it: set("erase_within", "1 week") in settings.lua.

rule "asked-to-be-erased" {
  title = { nl = "Verzoek om gewist te worden", en = "Asked to be erased" },
  about = "customer",
  starts = "customer.erasure_requested", stops = "customer.erased",
  step "erase" {
    within = setting "erase_within", who = role "sales_manager",
    task = todo {
      nl = "{customer.name} vraagt om gewist te worden. Is er een lopende koop? Zo niet: wis, en laat het weten",
      en = "{customer.name} asks to be erased. Is there a running order? If not: erase, and say so",
    },
    answers = { done = record "customer.erased", not_yet = again { after = "3 work days" } },
    if_missed = { tell = role "principal" },
  },
}

rule "speak-up" {
  title = { nl = "Een collega trekt aan de bel", en = "A colleague speaks up" },
  about = "rooftop",
  when "concern.raised" {  -- past the line: nobody's manager sees it
    each_event = true, due = "end of next work day",
    task = todo {
      nl = "Een collega meldt iets. Praat vandaag of morgen, onder vier ogen; de melding staat in het dagboek",
      en = "A colleague speaks up. Talk today or tomorrow, in private; what was said is in the journal",
    },
    who = role "principal",
  },
}

rule "lead-at-a-partner" {
  title = { nl = "Lead bij een partner", en = "A lead at a partner" },
  about = "lead",
  starts = "lead.forwarded", stops = "lead.outcome_reported",
  step "what-came" {
    every = setting "partner_ask", up_to = "6 months", who = role "sales_manager",
    task = call {
      nl = "Vraag {lead.partner} wat er van {customer.name} kwam",
      en = "Ask {lead.partner} what came of {customer.name}",
    },
    purpose = "service",
    answers = { told = record "lead.outcome_reported" { ask = "result" }, no_answer = again { after = "2 work days" } },
  },
}

test "a request to be erased: two weeks, then the principal hears" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("customer.erasure_requested", { deal = deal })
  t:expect_task { step = "erase", who = "sanne", count = 1 }
  t:run_for "2 weeks"
  t:run_for "1 day"
  t:expect_task { step = "erase.told", count = 1 }
  t:answers { step = "erase", outcome = "done" }
  t:expect_event { type = "customer.erased", count = 1 }
  t:expect_none { card = "asked-to-be-erased" }
end)

test "two concerns are two talks with the principal" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("concern.raised", { category = "pressure" })
  t:happens("concern.raised", { category = "safety" })
  t:expect_task { card = "speak-up", who = "sanne", count = 2 }
end)

test "a partner is asked until it says what came of the lead" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("lead.received", { lead = "l", customer = { name = "Sofie Peeters", phone = "0612345678" } })
  t:happens("lead.forwarded", { lead = "l", partner = "Garage Bos" })
  t:run_for "8 days"
  t:expect_task { step = "what-came", who = "sanne", count = 1 }
  t:answers { step = "what-came", outcome = "told", fields = { result = "sold" } }
  t:expect_state("l", "closed")
  t:run_for "1 month"
  t:expect_task { step = "what-came", count = 1 }
end)
