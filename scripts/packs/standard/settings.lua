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
