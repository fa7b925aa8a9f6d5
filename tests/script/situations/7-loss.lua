-- 7 A loss closes only with a second face and a lesson of one's own
word_list "blame" { nl = { "onbetrouwbaar", "leugenaar" }, en = { "liar", "waste of time" } }
gate "closing-a-loss" {
  guards = "deal.lost",
  needs {
    second_face = person_who { not_the_same_as = handler, has_role = { "sales_manager", "closer", "fails_specialist" }, spoke_to_customer = true },
    accepted_by = person_who { same_as = handler },
    do_differently = words { at_least = 20, ask = "What will you do differently next time, and sooner?" },
    reasons = some_of { "price", "trade_in_value", "delivery_time", "no_click_with_us", "brand", "no_need_yet" },
    then_what = either { "revive_at", "stop" },
  },
  refuses { when = function(loss) return loss.attribution ~= "self" end, say = "That may be so, but it closes nothing. What could we have done earlier?" },
  refuses { words = word_list "blame", say = "'{word}' teaches us nothing and the customer may read it. Say what you saw, neutrally" },
  if_handler_is = { role "sales_manager", second_face = role "principal" },      -- managers too
  if_handler_left = { accepted_by = role "sales_manager" },
  if_open_after = { "5 work days", from = "deal.failed", tell = role "sales_manager" },
  default = { revive_at = "90 days" },
}
