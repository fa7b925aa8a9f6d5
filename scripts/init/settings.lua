-- The numbers you may change without touching a rule. Take away the two dashes
-- in front of a line, change the number, and type: fairlead reload

-- set("tempo", "4 weeks")                 -- how often a thinking customer hears from us (3 weeks)
-- set("patience", "2 years")              -- how long we keep following somebody (18 months)
-- set("first_response", "30 work minutes")  -- how fast a new lead is called (15 work minutes)
-- set("accept_delivery", "1 work day")    -- how fast the delivery specialist accepts a file (4 work hours)
-- set("accept_fail", "4 work hours")      -- how fast the fails department takes up a case (2 work hours)
