-- The numbers of the standard pack. Do not change them here: an update of the
-- pack would undo it. Write set("tempo", "4 weeks") in your settings.lua.

setting "tempo" {
  type = "duration", default = "3 weeks",
  title = { nl = "Hoe vaak bellen we een twijfelende klant", en = "How often we call a customer who is thinking it over" },
}
setting "patience" {
  type = "duration", default = "18 months",
  title = { nl = "Hoe lang blijven we iemand volgen", en = "How long we keep following somebody" },
}
setting "first_response" {
  type = "duration", default = "5 work minutes",
  title = { nl = "Hoe snel bellen we een nieuwe lead", en = "How fast we call a new lead" },
}
setting "lead_reminder" {
  type = "duration", default = "5 work minutes",
  title = { nl = "Na hoe lang wordt de verkoper herinnerd", en = "After how long the seller is reminded" },
}
setting "lead_manager" {
  type = "duration", default = "15 work minutes",
  title = { nl = "Na hoe lang hoort de verkoopleider dat er niet gebeld is", en = "After how long the manager hears that nobody called" },
}
setting "lead_reassign" {
  type = "duration", default = "30 work minutes",
  title = { nl = "Na hoe lang krijgt een ander de lead", en = "After how long somebody else gets the lead" },
}
setting "lead_after_opening" {
  type = "duration", default = "15 work minutes",
  title = { nl = "Hoe lang na de opening bellen we wie 's avonds kwam", en = "How long after the opening we call who came at night" },
}
setting "lead_cap" {
  type = "number", default = 60,
  title = { nl = "Bij hoeveel klanten in de komende twee weken een verkoper geen nieuwe lead krijgt", en = "With how many customers due in two weeks a seller gets no new lead" },
}
setting "accept_delivery" {
  type = "duration", default = "4 work hours",
  title = { nl = "Hoe snel neemt de afleveraar een dossier aan", en = "How fast a delivery specialist accepts a file" },
}
setting "accept_fail" {
  type = "duration", default = "2 work hours",
  title = { nl = "Hoe snel pakt de afdeling mislukte deals een zaak op", en = "How fast the fails department takes up a case" },
}

setting "fails_load" {
  type = "number", default = 25,
  title = { nl = "Hoeveel open zaken hoogstens per specialist", en = "How many open cases each specialist has at most" },
}
setting "promise_check" {
  type = "duration", default = "7 days",
  title = { nl = "Hoe lang voor een belofte vragen we of het op schema ligt", en = "How long before a promise is due we ask whether it is on track" },
}
setting "promise_tell" {
  type = "duration", default = "2 work days",
  title = { nl = "Hoe lang van tevoren hoort de klant dat het later wordt", en = "How long before it is due the customer hears of a delay" },
}
setting "goodwill_least" {
  type = "percent", default = "0,5%",
  title = { nl = "Coulance: minstens dit deel van de prijs", en = "Goodwill: at least this share of the price" },
}
setting "goodwill_most" {
  type = "percent", default = "2%",
  title = { nl = "Coulance: hoogstens dit deel van de prijs", en = "Goodwill: at most this share of the price" },
}
setting "goodwill_light" {
  type = "percent", default = "0,5%",
  title = { nl = "Coulance: hoogstens, bij een lichte klacht", en = "Goodwill: at most, for a light complaint" },
}
setting "goodwill_serious" {
  type = "percent", default = "1%",
  title = { nl = "Coulance: hoogstens, bij een ernstige klacht", en = "Goodwill: at most, for a serious complaint" },
}
setting "goodwill_token" {
  type = "percent", default = "0,1%",
  title = { nl = "Coulance: minder dan dit is een fooi", en = "Goodwill: less than this is a token" },
}
setting "say_hello" {
  type = "duration", default = "40 work minutes",
  title = { nl = "Na hoe lang komt de verkoopleider even groeten", en = "After how long the manager comes to say hello" },
}
setting "alert_unsold" {
  type = "duration", default = "5 minutes",
  title = { nl = "Hoe snel moet de verkoopleider een vertrek horen", en = "How fast the manager must hear that somebody left" },
}
setting "survey_after" {
  type = "duration", default = "3 days",
  title = { nl = "Hoe lang na de aflevering gaat de vragenlijst uit", en = "How long after the delivery the survey goes out" },
}
setting "silence_first" {
  type = "duration", default = "30 days",
  title = { nl = "Hoe lang na de aflevering mag het stil zijn", en = "How long it may be silent after the delivery" },
}
setting "silence_every" {
  type = "duration", default = "180 days",
  title = { nl = "Nazorg: hoe lang mag het daarna stil zijn", en = "Aftercare: how long it may be silent after that" },
}
setting "silence_big" {
  type = "duration", default = "90 days",
  title = { nl = "Hetzelfde bij een grote aankoop", en = "The same for a large purchase" },
}
setting "big_purchase" {
  type = "money", default = "€ 50.000",
  title = { nl = "Vanaf welk bedrag is een aankoop groot", en = "From which amount a purchase is large" },
}
setting "aftercare_up_to" {
  type = "duration", default = "10 years",
  title = { nl = "Hoe lang duurt de nazorg", en = "How long aftercare lasts" },
}
setting "review_from" {
  type = "number", default = 9,
  title = { nl = "Vanaf welk cijfer vragen we een review", en = "From which score we ask for a review" },
}
setting "recover_below" {
  type = "number", default = 6,
  title = { nl = "Bij welk cijfer of lager belt de verkoopleider", en = "At which score or lower the manager calls" },
}
setting "complaint_help" {
  type = "duration", default = "10 minutes",
  title = { nl = "Hoe snel wordt een klacht aangenomen", en = "How fast a complaint is taken" },
}
setting "complaint_ask" {
  type = "duration", default = "2 work days",
  title = { nl = "Hoe vaak vragen we of een klacht is opgelost", en = "How often we ask whether a complaint is solved" },
}
setting "walk_in" {
  type = "duration", default = "10 minutes",
  title = { nl = "Hoe lang mag iemand in de showroom wachten", en = "How long somebody may wait in the showroom" },
}
setting "difficult_refusals" {
  type = "number", default = 2,
  title = { nl = "Na hoeveel keer geen toezegging vragen we een datum", en = "After how many times without commitment we ask for a date" },
}
setting "difficult_delays" {
  type = "number", default = 3,
  title = { nl = "Na hoeveel keer uitstel vragen we een datum", en = "After how many delays we ask for a date" },
}
setting "difficult_contradictions" {
  type = "number", default = 2,
  title = { nl = "Na hoeveel tegenstrijdige feiten vragen we een datum", en = "After how many contradicted facts we ask for a date" },
}
setting "difficult_tempo" {
  type = "duration", default = "42 days",
  title = { nl = "Tempo na het tweede gezicht bij een moeilijke klant", en = "Tempo after another face, for a difficult customer" },
}
setting "hunting_calls" {
  type = "number", default = 20,
  title = { nl = "Hoeveel telefoontjes de dag na een overdracht", en = "How many calls on the day after a handoff" },
}
setting "tempo_red" {
  type = "duration", default = "15 days",
  title = { nl = "Tempo voor een rode klant", en = "Tempo for a red customer" },
}
setting "tempo_green" {
  type = "duration", default = "27 days",
  title = { nl = "Tempo voor een groene klant", en = "Tempo for a green customer" },
}
setting "tempo_blue" {
  type = "duration", default = "31 days",
  title = { nl = "Tempo voor een blauwe klant", en = "Tempo for a blue customer" },
}
setting "loss_open" {
  type = "duration", default = "5 work days",
  title = { nl = "Hoe lang mag een verlies open blijven", en = "How long a loss may stay open" },
}
setting "revive_after" {
  type = "duration", default = "90 days",
  title = { nl = "Wanneer kijken we opnieuw naar een verloren klant", en = "When we look again at a customer we lost" },
}
setting "coach_after" {
  type = "number", default = 3,
  title = { nl = "Hoe vaak dezelfde les tot de verkoopleider erbij komt", en = "How often the same lesson until the manager coaches" },
}
setting "coach_days" {
  type = "number", default = 90,
  title = { nl = "Binnen hoeveel dagen dat telt", en = "In how many days that counts" },
}
setting "review_items" {
  type = "number", default = 3,
  title = { nl = "Hoeveel situaties bij het terugkijken per maand", en = "How many situations in the monthly look back" },
}
setting "peak_load" {
  type = "percent", default = "80%",
  title = { nl = "Boven welke bezetting van de aflevering het piek is", en = "Above which load of the delivery team it is a peak" },
}
setting "peak_warn" {
  type = "percent", default = "50%",
  title = { nl = "Vanaf welke bezetting de verkoopleider het vooraf hoort", en = "From which load the manager hears of it beforehand" },
}
setting "calm_load" {
  type = "percent", default = "65%",
  title = { nl = "Onder welke bezetting de piek voorbij is", en = "Below which load the peak is over" },
}
setting "delivery.per_day" {
  type = "number", default = 4,
  title = { nl = "Afleveringen per afleveraar per dag", en = "Deliveries a day for each specialist" },
}
setting "delivery.slot_minutes" {
  type = "number", default = 90,
  title = { nl = "Minuten voor een aflevering", en = "Minutes for one delivery" },
}

-- Until there is contact: how long each try comes after the one before.
setting "try_again" {
  type = "duration", default = "2 work hours",
  title = { nl = "Tweede poging, na de eerste", en = "Second try, after the first" },
}
setting "try_evening" {
  type = "duration", default = "3 work hours",
  title = { nl = "Derde poging, na de tweede", en = "Third try, after the second" },
}
setting "try_day_1" {
  type = "duration", default = "1 day",
  title = { nl = "Vierde poging, na de derde", en = "Fourth try, after the third" },
}
setting "try_day_2" {
  type = "duration", default = "1 day",
  title = { nl = "Vijfde poging, na de vierde", en = "Fifth try, after the fourth" },
}
setting "try_day_4" {
  type = "duration", default = "2 days",
  title = { nl = "Dan een mail, na de vijfde poging", en = "Then a mail, after the fifth try" },
}
setting "try_day_7" {
  type = "duration", default = "3 days",
  title = { nl = "Poging na een week, na die mail", en = "Try after a week, after that mail" },
}
setting "try_day_10" {
  type = "duration", default = "3 days",
  title = { nl = "Poging na tien dagen, na de vorige", en = "Try after ten days, after the one before" },
}
setting "try_day_14" {
  type = "duration", default = "4 days",
  title = { nl = "Mail na twee weken, na de vorige poging", en = "Mail after two weeks, after the try before" },
}
setting "try_day_21" {
  type = "duration", default = "7 days",
  title = { nl = "Poging na drie weken, na die mail", en = "Try after three weeks, after that mail" },
}
setting "try_day_30" {
  type = "duration", default = "9 days",
  title = { nl = "Laatste poging, na de vorige", en = "Last try, after the one before" },
}
setting "after_next_day" {
  type = "duration", default = "1 work day",
  title = { nl = "Hoe lang na de aflevering het eerste telefoontje komt", en = "How long after the delivery the first call comes" },
}
setting "after_week" {
  type = "duration", default = "7 days",
  title = { nl = "Hoe lang na de aflevering het tweede telefoontje komt", en = "How long after the delivery the second call comes" },
}
setting "after_month" {
  type = "duration", default = "30 days",
  title = { nl = "Hoe lang na de aflevering het derde telefoontje komt", en = "How long after the delivery the third call comes" },
}

-- No pressure: counted over all cards and sellers together. Service about a
-- running order, and what the customer asked for, do not count.
setting "touch_limit" {
  type = "number", default = 2,
  title = { nl = "Hoe vaak we een klant hoogstens benaderen in die tijd", en = "How often we contact a customer at most in that time" },
}
setting "touch_window" {
  type = "duration", default = "7 days",
  title = { nl = "De tijd waarover dat telt", en = "The time over which that counts" },
}
setting "touch_free" {
  type = "duration", default = "14 days",
  title = { nl = "Hoe lang aan het begin er geen grens is", en = "For how long at the beginning there is no limit" },
}
setting "offer_window" {
  type = "duration", default = "30 days",
  title = { nl = "Hooguit een aanbieding per", en = "At most one offer every" },
}

-- Orders, word of mouth and what a customer is worth.
setting "hard_won" {
  type = "number", default = 10,
  title = { nl = "Na hoeveel contacten een order zwaarbevochten is", en = "After how many contacts an order is hard-won" },
}
setting "told_top" {
  type = "number", default = 10,
  title = { nl = "Hoeveel mensen een klant met een 9 of 10 het vertelt", en = "How many people a customer with a 9 or 10 tells" },
}
setting "told_good" {
  type = "number", default = 3,
  title = { nl = "Hoeveel mensen een klant met een 7 of 8 het vertelt", en = "How many people a customer with a 7 or 8 tells" },
}
setting "told_bad" {
  type = "number", default = 25,
  title = { nl = "Hoeveel mensen een klant met minder dan een 5 het vertelt", en = "How many people a customer with less than a 5 tells" },
}
setting "told_after_sale" {
  type = "number", default = 50,
  title = { nl = "Hetzelfde, als het over de tijd na de koop gaat", en = "The same, about the time after the sale" },
}
setting "hold_score" {
  type = "number", default = 9.1,
  title = { nl = "Welk gemiddeld cijfer we willen houden", en = "Which average mark we want to hold" },
}
setting "hold_last" {
  type = "number", default = 25,
  title = { nl = "Over hoeveel laatste klanten dat telt", en = "Over how many last customers that counts" },
}
setting "margin" {
  type = "percent", default = "8%",
  title = { nl = "Welk deel van de prijs we overhouden", en = "Which share of the price we keep" },
}
setting "replacement_years" {
  type = "number", default = 4,
  title = { nl = "Na hoeveel jaar een klant een andere auto koopt", en = "After how many years a customer buys another car" },
}
setting "service_margin" {
  type = "money", default = "€ 300",
  title = { nl = "Wat de werkplaats per jaar aan een klant overhoudt", en = "What the workshop keeps of a customer a year" },
}
setting "referrals_a_year" {
  type = "number", default = 0.3,
  title = { nl = "Hoeveel kopers een klant per jaar meebrengt", en = "How many buyers a customer brings a year" },
}
setting "erase_within" {
  type = "duration", default = "14 days",
  title = { nl = "Hoe snel een verzoek om gewist te worden is afgehandeld", en = "How fast a request to be erased is dealt with" },
}
setting "partner_ask" {
  type = "duration", default = "1 week",
  title = { nl = "Hoe vaak we een partner vragen wat er van een lead kwam", en = "How often we ask a partner what came of a lead" },
}
