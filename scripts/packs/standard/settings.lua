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
  type = "duration", default = "15 work minutes",
  title = { nl = "Hoe snel bellen we een nieuwe lead", en = "How fast we call a new lead" },
}
setting "accept_delivery" {
  type = "duration", default = "4 work hours",
  title = { nl = "Hoe snel neemt de afleveraar een dossier aan", en = "How fast a delivery specialist accepts a file" },
}
setting "accept_fail" {
  type = "duration", default = "2 work hours",
  title = { nl = "Hoe snel pakt de afdeling mislukte deals een zaak op", en = "How fast the fails department takes up a case" },
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
setting "goodwill_token" {
  type = "percent", default = "0,1%",
  title = { nl = "Coulance: minder dan dit is een fooi", en = "Goodwill: less than this is a token" },
}
setting "say_hello" {
  type = "duration", default = "40 work minutes",
  title = { nl = "Na hoe lang komt de leiding even groeten", en = "After how long the manager comes to say hello" },
}
setting "alert_unsold" {
  type = "duration", default = "5 minutes",
  title = { nl = "Hoe snel moet de leiding een vertrek horen", en = "How fast the manager must hear that somebody left" },
}
