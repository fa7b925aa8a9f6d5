field "deal.touch_score" { type = "number", default = 0 }           -- what must be remembered is declared
rule "score-touches" {
  about = "deal",
  when { "contact.made", "visit.ended" } {
    run = function(deal, event, act)
      local score = deal.touch_score + (event.type == "visit.ended" and 3 or 1)
      act.set("touch_score", score)
      if score >= 10 and not deal.flagged then
        act.task { kind = "call", who = role "sales_manager", title = "Warm: {customer.name}", each_event = true, due = "end of next work day" }
        act.timer("cool-down", "2 weeks")                            -- comes back as timer.fired, name "cool-down"; setting it again replaces it
      end
    end,
  },
  when "timer.fired" { name = "cool-down", run = function(deal, event, act) act.set("touch_score", 0) end },
  when "deal.signed" { run = function(deal, event, act) act.cancel("cool-down") act.emit("acme.hot_deal_won", { score = deal.touch_score }) end },
}
