-- A hard-won order counts, and for everybody who earned it (S2-09, S2-16,
-- S2-25): the story says after how many contacts it came, and each who talked
-- with the customer gets a part. And an offer with a bonus on it that is not
-- what the customer wished for is looked at by somebody else (S3-23 to S3-26).
-- Change it: set("hard_won", 12) in settings.lua.

event "standard.order_earned" { subject = "person", fields = { person = "person", deal = "text", touches = "integer", share = "number" } }
field "person.orders" { type = "number", default = 0 }  -- parts add up
field "person.hard_orders" { type = "integer", default = 0 }
field "deal.steered" { type = "yes_no", default = false }

rule "credit" {
  title = { nl = "Wie de order verdiende", en = "Who earned the order" },
  about = "deal",
  when "deal.signed" {
    run = function(deal, event, act)
      local who = deal.spoke or {}
      if #who == 0 and deal.seller then who = { deal.seller.id } end
      for _, id in ipairs(who) do
        act.emit("standard.order_earned", { person = id, deal = deal.link, touches = deal.touch_count, share = 1 / #who })
      end
    end,
  },
}

rule "orders-of-a-person" {
  title = { nl = "Orders per verkoper", en = "Orders of each seller" },
  about = "person",
  when "standard.order_earned" {
    run = function(person, event, act)
      act.set("orders", person.orders + event.data.share)
      if event.data.touches >= setting "hard_won" then act.set("hard_orders", person.hard_orders + 1) end
    end,
  },
}

rule "wish-before-bonus" {
  title = { nl = "De wens gaat voor de bonus", en = "The wish comes before the bonus" },
  about = "deal",
  when "quote.presented" {
    run = function(deal, event, act)
      local steered = event.data.fits_wish ~= nil and not event.data.fits_wish and (event.data.spiff or 0) > 0
      act.set("steered", steered)
      if steered then
        act.task {
          kind = "todo", who = role "sales_manager", due = "end of next work day",
          title = {
            nl = "Het voorstel voor {customer.name} is niet wat de klant wenste, en er zit een bonus op. Past het toch?",
            en = "The offer for {customer.name} is not what the customer wished for, and there is a bonus on it. Does it fit after all?",
          },
        }
      end
    end,
  },
}

test "an order after twelve contacts is a hard one, and is shared" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  for _ = 1, 9 do t:happens("contact.made", { deal = deal, channel = "phone", by = "jan" }) end
  t:happens("contact.made", { deal = deal, channel = "phone", by = "piet" })
  t:happens("deal.signed", { deal = deal, seller = "piet" })
  t:expect_field("jan", "orders", 0.5)
  t:expect_field("piet", "orders", 0.5)
  t:expect_field("jan", "hard_orders", 1)
end)

test "a quick order counts, not as a hard one" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("deal.signed", { deal = deal, seller = "jan" })
  t:expect_field("jan", "orders", 1)
  t:expect_field("jan", "hard_orders", 0)
end)

test "a bonus on what was not wished for: the manager looks" (function(t)
  t:at "2026-09-01 10:00"
  local deal = t:deal { handler = "jan", state = "visited" }
  t:happens("quote.presented", { deal = deal, amount = "€ 30.000", fits_wish = false })
  t:expect_task { card = "wish-before-bonus", count = 0 }
  t:happens("quote.presented", { deal = deal, amount = "€ 32.000", fits_wish = false, spiff = "€ 250" })
  t:expect_field(deal, "steered", true)
  t:expect_task { card = "wish-before-bonus", who = "sanne", count = 1 }
  t:happens("quote.presented", { deal = deal, amount = "€ 30.000", fits_wish = true, spiff = "€ 250" })
  t:expect_field(deal, "steered", false)
end)
