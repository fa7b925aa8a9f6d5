-- Onze eigen regels. Pas een zin of een getal aan, sla op, en typ: fairlead reload

rule "hot-visit" {
  title = { nl = "Warme klant: de manager helpt mee", en = "Warm customer: the manager helps" },
  about = "deal",
  when "visit.ended" {
    run = function(deal, event, act)
      if event.data.outcome == "thinking" and (deal.price or 0) >= 4000000 then  -- € 40.000 in cents
        act.task {
          kind = "call", who = role "sales_manager", due = "end of next work day",
          title = { nl = "Bel {customer.name} zelf: dure auto, nog aan het nadenken", en = "Call {customer.name} yourself: an expensive car, still thinking" },
        }
      end
    end,
  },
}
