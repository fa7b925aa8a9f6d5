-- Je bedrijf. Verander hieronder de namen en de uren en typ: fairlead check
-- Wat achter twee streepjes staat is een opmerking; fairlead leest het niet.

dealership {
  name = "Mijn bedrijf",
  zone = "Europe/Amsterdam",  -- waar de klok aan de muur staat
  language = "nl",            -- "nl" of "en": de taal van de daglijsten
  legal = "nl",               -- wiens wet over bellen en mailen geldt
  currency = "EUR",           -- waarin de prijzen zijn
  hours = { ["ma-vr"] = "09:00-18:00", za = "09:00-17:00" },
  holidays = "nl",
  -- closed = { "2026-12-24 13:00-", "2027-01-02" },        -- dagen (of delen) dat we dicht zijn
  -- open = { ["2026-12-27"] = "12:00-17:00" },             -- dagen dat we open zijn, al is het zondag
}

-- Eén regel per persoon. Het eerste woord is hoe je iemand noemt in commando's en kaarten.
-- Rollen: seller (verkoper), bdc_agent (leadteam), greeter (ontvangst), closer (afsluiter),
--         desk (verkoopleiding), sales_manager (verkoopleider), fails_specialist (mislukte deals),
--         delivery_specialist (afleveraar), back_office (administratie),
--         fni (financiering en verzekering), aftercare (nazorg), service_advisor (serviceadviseur),
--         principal (directie), dealer_admin (beheerder), operator (past op de machine)
person "jan" { name = "Jan", roles = { "seller" } }
person "piet" { name = "Piet", roles = { "seller", "closer" } }
person "sanne" { name = "Sanne", roles = { "sales_manager", "dealer_admin", "principal" } }
person "karin" { name = "Karin", roles = { "delivery_specialist", "aftercare" } }
person "els" { name = "Els", roles = { "fails_specialist" } }

-- Is iemand ziek of met vakantie, haal de regel dan niet weg, maar typ
--   fairlead person away jan --until 2026-09-14 --deputy piet
-- Is iemand vertrokken: fairlead person left jan --deputy piet

-- Teams: wie om de beurt gaan. De standaardregels zoeken deze drie.
team "sales" { "jan", "piet" }
team "delivery" { "karin" }
team "fails" { "els" }
