-- Autobedrijf Van Dijk, een verzonnen dealer om mee te oefenen.
-- Wie er werkt, wanneer de deuren open zijn, wie wat doet.

dealership {
  name = "Autobedrijf Van Dijk", zone = "Europe/Amsterdam", language = "nl", legal = "nl", currency = "EUR",
  hours = { ["ma-vr"] = "09:00-18:00", za = "09:00-17:00" },
  holidays = "nl",
}

-- Verkoop: alleen prospects
person "jan" { name = "Jan de Boer", roles = { "seller" }, email = "jan@vandijk.example" }
person "fatima" { name = "Fatima el Amrani", roles = { "seller" }, email = "fatima@vandijk.example" }
person "piet" { name = "Piet Smit", roles = { "seller", "closer" }, email = "piet@vandijk.example" }
team "sales" { "jan", "fatima", "piet" }

-- Leads per telefoon en web, de ontvangst
person "noor" { name = "Noor Jansen", roles = { "bdc_agent", "greeter" } }

-- Leiding
person "sanne" { name = "Sanne Visser", roles = { "sales_manager", "desk" }, email = "sanne@vandijk.example" }
person "henk" { name = "Henk van Dijk", roles = { "principal" } }

-- Aflevering
person "karin" { name = "Karin Mulder", roles = { "delivery_specialist" } }
person "tom" { name = "Tom Bakker", roles = { "delivery_specialist" } }
team "delivery" { "karin", "tom" }

-- Afdeling mislukte deals
person "els" { name = "Els Kuipers", roles = { "fails_specialist" } }
person "mehmet" { name = "Mehmet Yilmaz", roles = { "fails_specialist" } }
team "fails" { "els", "mehmet" }

-- Achterkant van de zaak
person "ria" { name = "Ria de Wit", roles = { "back_office", "fni" } }
person "daan" { name = "Daan Vos", roles = { "aftercare", "service_advisor" } }
person "beheer" { name = "Anouk Prins", roles = { "dealer_admin", "operator" } }
