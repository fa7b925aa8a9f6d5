-- A setting has one value for everybody, and nearer ones: brand, team, person.
-- The values stand in settings.lua of this rooftop.

setting "patience_here" { type = "duration", default = "5 days" }
setting "large" { type = "money", default = "€ 10.000" }
setting "share" { type = "percent", default = "2%" }
setting "brand_wait" { type = "duration", default = "9 days" }
setting "third" { type = "number", default = 2 }

rule "nearest" {
  about = "deal", starts = { "contact.made", "lead.received" },
  step "fixed" { after = setting "patience_here", task = todo "fixed", who = handler },
  step "asked" {
    after = function() return setting "patience_here" end, task = todo "asked", who = handler,
    unless = function() return setting "large" ~= 1000000 end,
  },
  step "of-brand" { after = setting "brand_wait", task = todo "brand" },
  step "n-th" { day = setting "third", task = todo "n-th", who = handler },
  when "objection.raised" {
    run = function(deal, event, act)
      if setting "share" * setting "large" == 20000 then act.set("k_share", true) end
    end,
  },
}
field "deal.k_share" { type = "yes_no" }

local function reached(t, who)
  local deal = t:deal { handler = who, state = "visited" }
  t:happens("contact.made", { deal = deal, channel = "phone" })
  return deal
end

test "settings: everybody's, the team's, one person's" (function(t)
  t:at "2026-09-01 10:00"
  reached(t, "karin")
  reached(t, "jan")
  reached(t, "piet")
  t:at "2026-09-03 12:00"
  t:expect_task { step = "fixed", who = "piet", count = 1 }
  t:expect_task { step = "asked", who = "piet", count = 1 }
  t:expect_task { step = "fixed", who = "jan", count = 0 }
  t:at "2026-09-04 12:00"
  t:expect_task { step = "fixed", who = "jan", count = 1 }
  t:expect_task { step = "asked", who = "jan", count = 1 }
  t:expect_task { step = "fixed", who = "karin", count = 0 }
  t:at "2026-09-07 12:00"
  t:expect_task { step = "fixed", who = "karin", count = 1 }
end)

test "settings: a brand's own value" (function(t)
  t:at "2026-09-01 10:00"
  t:happens("lead.received", { channel = "web", customer = { name = "Ria", phone = "0612345678" }, vehicle = { make = "volvo" } })
  t:at "2026-09-02 12:00"
  t:expect_task { step = "of-brand", count = 1 }
end)

test "settings: money in cents, a percentage as a share, a number of days" (function(t)
  t:at "2026-09-01 10:00"
  local deal = reached(t, "jan")
  t:happens("objection.raised", { deal = deal, code = "price" })
  t:expect_field(deal, "k_share", true)
  t:at "2026-09-03 09:00"
  t:expect_task { step = "n-th", who = "jan", count = 1 }
end)
