-- Onze eigen kaarten. Verander een zin of een getal, bewaar, en typ: fairlead reload

rule "hot-visit" {
  title = { nl = "Warme klant: de verkoopleider helpt mee", en = "Warm customer: the manager helps" },
  about = "deal",
  when "visit.ended" {
    run = function(deal, event, act)
      if event.data.outcome == "thinking" and (deal.price or 0) >= 4000000 then  -- € 40.000 in centen
        act.task {
          kind = "call", who = role "sales_manager", due = "einde volgende werkdag",
          title = { nl = "Bel {customer.name} zelf: dure auto, nog aan het nadenken", en = "Call {customer.name} yourself: an expensive car, still thinking" },
        }
      end
    end,
  },
}
