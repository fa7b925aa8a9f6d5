-- Your dealership. Change the names and hours below, then type: fairlead check
-- Everything after two dashes is a remark; fairlead does not read it.

dealership {
  name = "My dealership",
  zone = "Europe/Amsterdam",  -- where the clock on the wall stands
  language = "en",            -- "nl" or "en": the language of the day lists
  legal = "nl",               -- which law about calling and mailing applies
  currency = "EUR",           -- what prices are in
  hours = { ["mon-fri"] = "09:00-18:00", sat = "09:00-17:00" },
  holidays = "nl",
  -- closed = { "2026-12-24 13:00-", "2027-01-02" },        -- days (or parts) we are closed
  -- open = { ["2026-12-27"] = "12:00-17:00" },             -- days we are open although it is Sunday
}

-- One line a person. The first word is how you call them in commands and rules.
-- Roles: seller, bdc_agent, greeter, closer, desk, sales_manager, fails_specialist, delivery_specialist,
--        back_office, fni, aftercare, service_advisor, principal, dealer_admin, operator
person "jan" { name = "Jan", roles = { "seller" } }
person "piet" { name = "Piet", roles = { "seller", "closer" } }
person "sanne" { name = "Sanne", roles = { "sales_manager", "dealer_admin", "principal" } }
person "karin" { name = "Karin", roles = { "delivery_specialist", "aftercare" } }
person "els" { name = "Els", roles = { "fails_specialist" } }

-- Somebody is ill or on holiday: do not take the line away, type
--   fairlead person away jan --until 2026-09-14 --deputy piet
-- Somebody left: fairlead person left jan --deputy piet

-- Teams: who takes turns. The standard rules look for these three.
team "sales" { "jan", "piet" }
team "delivery" { "karin" }
team "fails" { "els" }
