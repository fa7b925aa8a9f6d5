-- The rooftop the language's own tests live in.
dealership {
  name = "Test", zone = "Europe/Amsterdam", language = "en", legal = "nl", currency = "EUR",
  hours = { ["mon-fri"] = "09:00-18:00" },
  holidays = "nl",
}
person "jan" { name = "Jan", roles = { "seller" } }
person "piet" { name = "Piet", roles = { "seller" } }
person "ans" { name = "Ans", roles = { "seller" } }
person "sanne" { name = "Sanne", roles = { "sales_manager" } }
person "karin" { name = "Karin", roles = { "delivery_specialist" } }
person "tom" { name = "Tom", roles = { "delivery_specialist" } }
person "els" { name = "Els", roles = { "fails_specialist" } }
team "sales" { "jan", "piet", "ans" }
team "delivery" { "karin", "tom" }
team "fails" { "els" }
