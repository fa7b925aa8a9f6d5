-- The numbers you may change without touching a rule. Take away the two dashes
-- in front of a line, change the number, save, and type: fairlead reload
-- Lengths of time: "15 work minutes", "4 work hours", "1 work day", "3 weeks",
-- "18 months"; work means: while we are open. Percents: "0,5%". Always between
-- quotes. What is in force now: fairlead status

-- Prospects
-- set("first_response", "10 work minutes")   -- how fast a new lead is called (5 work minutes)
-- set("lead_reminder", "10 work minutes")    -- after how long the seller is reminded (5 work minutes)
-- set("lead_manager", "20 work minutes")     -- after how long the manager hears (15 work minutes)
-- set("lead_reassign", "1 work hour")        -- after how long somebody else gets it (30 work minutes)
-- set("lead_after_opening", "5 minutes")     -- what came at night: so long after the opening (15 work minutes)
-- set("tempo", "4 weeks")                    -- how often a thinking customer hears from us (3 weeks)
-- set("patience", "2 years")                 -- how long we keep following somebody (18 months)
-- set("tempo_red", "10 days")                -- tempo for a red customer (15 days)
-- set("tempo_green", "4 weeks")              -- tempo for a green customer (27 days)
-- set("tempo_blue", "5 weeks")               -- tempo for a blue customer (31 days)
-- set("difficult_refusals", 3)               -- after how many times without commitment we ask for a date (2)
-- set("difficult_delays", 4)                 -- after how many delays we ask for a date (3)
-- set("difficult_contradictions", 3)         -- after how many contradicted facts we ask for a date (2)
-- set("difficult_tempo", "5 weeks")          -- tempo after another face (42 days)

-- The showroom
-- set("say_hello", "25 work minutes")        -- after how long the manager comes to say hello (40 work minutes)
-- set("walk_in", "5 minutes")                -- how long somebody may wait in the showroom (10 minutes)
-- set("alert_unsold", "10 minutes")          -- how fast the manager hears that somebody left (5 minutes)

-- Delivery and failed deals
-- set("accept_delivery", "1 work day")       -- how fast the delivery specialist accepts a file (4 work hours)
-- set("hunting_calls", 15)                   -- how many calls on the day after a handoff (20)
-- set("fails_load", 30)                      -- how many open cases each specialist has at most (25)
-- set("accept_fail", "4 work hours")         -- how fast the fails department takes up a case (2 work hours)

-- Promises
-- set("promise_check", "10 days")            -- how long before it is due we ask: still on track? (7 days)
-- set("promise_tell", "3 work days")         -- how long before it is due the customer hears of a delay (2 work days)
-- set("goodwill_least", "1%")                -- goodwill: at least this share of the price (0,5%)
-- set("goodwill_most", "3%")                 -- goodwill: at most this share of the price (2%)
-- set("goodwill_light", "0,7%")              -- goodwill: at most, for a light complaint (0,5%)
-- set("goodwill_serious", "1,5%")            -- goodwill: at most, for a serious complaint (1%)
-- set("goodwill_token", "0,2%")              -- goodwill below this is a token, and we warn (0,1%)

-- Aftercare and complaints
-- set("survey_after", "5 days")              -- how long after the delivery the survey goes out (3 days)
-- set("review_from", 8)                      -- from which score we ask for a review (9)
-- set("recover_below", 7)                    -- at which score or lower the manager calls (6)
-- set("silence_first", "3 weeks")            -- how long it may be silent after the delivery (30 days)
-- set("silence_every", "4 months")           -- how long it may be silent after that (180 days)
-- set("big_purchase", "€ 60.000")            -- from which amount a purchase is large (€ 50.000)
-- set("silence_big", "2 months")             -- the same silence, for a large purchase (90 days)
-- set("aftercare_up_to", "8 years")          -- how long aftercare lasts (10 years)
-- set("complaint_help", "5 minutes")         -- how fast a complaint is taken (10 minutes)
-- set("complaint_ask", "1 work day")         -- how often we ask whether a complaint is solved (2 work days)

-- A loss, and pressure
-- set("loss_open", "1 week")                 -- how long a loss may stay open (5 work days)
-- set("revive_after", "60 days")             -- when we look again at a customer we lost (90 days)
-- set("touch_limit", 3)                      -- how often we contact a customer at most in that time (2)
-- set("touch_window", "10 days")             -- the time over which that counts (7 days)
-- set("touch_free", "3 weeks")               -- for how long at the beginning there is no limit (14 days)
-- set("offer_window", "45 days")             -- at most one offer in so long (30 days)

-- The autumn peak
-- set("peak_load", "90%")                    -- above which load of the delivery team it is a peak (80%)
-- set("peak_warn", "60%")                    -- from which load the manager hears of it four weeks ahead (50%)
-- set("calm_load", "70%")                    -- below which load the peak is over (65%)
-- set("delivery.per_day", 3)                 -- deliveries a day for each specialist (4)
-- set("delivery.slot_minutes", 120)          -- minutes for one delivery (90)
