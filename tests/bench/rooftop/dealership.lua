-- The dealership of the dealer day: whoever its twelve rules give work to.

dealership {
  name = "Dealer day", zone = "Europe/Brussels", language = "en", legal = "nl", currency = "EUR",
  hours = { ["mon-sat"] = "09:00-18:00" },
}

person "sales"   { name = "Sales desk", roles = { "seller" } }
person "manager" { name = "Manager", roles = { "sales_manager", "dealer_admin", "principal" } }
person "fails"   { name = "Fails department", roles = { "fails_specialist" } }
person "s0"      { name = "Specialist 0", roles = { "delivery_specialist" } }
person "s1"      { name = "Specialist 1", roles = { "delivery_specialist" } }
person "s2"      { name = "Specialist 2", roles = { "delivery_specialist" } }
person "s3"      { name = "Specialist 3", roles = { "delivery_specialist" } }
