-- The numbers you may change without touching a rule. Take away the two dashes
-- in front of a line, change the number, save, and type: fairlead reload
-- Lengths of time: "15 work minutes", "4 work hours", "1 work day", "3 weeks",
-- "18 months"; work means: while we are open. Percents: "0,5%". Always between
-- quotes. What is in force now: fairlead status

-- Prospects
-- set("first_response", "30 work minutes")   -- how fast a new lead is called (15 work minutes)
-- set("tempo", "4 weeks")                    -- how often a thinking customer hears from us (3 weeks)
-- set("patience", "2 years")                 -- how long we keep following somebody (18 months)

-- The showroom
-- set("say_hello", "25 work minutes")        -- after how long the manager comes to say hello (40 work minutes)
-- set("alert_unsold", "10 minutes")          -- how fast the manager hears that somebody left (5 minutes)

-- Delivery and failed deals
-- set("accept_delivery", "1 work day")       -- how fast the delivery specialist accepts a file (4 work hours)
-- set("accept_fail", "4 work hours")         -- how fast the fails department takes up a case (2 work hours)

-- Promises
-- set("promise_check", "10 days")            -- how long before it is due we ask: still on track? (7 days)
-- set("promise_tell", "3 work days")         -- how long before it is due the customer hears of a delay (2 work days)
-- set("goodwill_least", "1%")                -- goodwill: at least this share of the price (0,5%)
-- set("goodwill_most", "3%")                 -- goodwill: at most this share of the price (2%)
-- set("goodwill_token", "0,2%")              -- goodwill below this is a token, and we warn (0,1%)
