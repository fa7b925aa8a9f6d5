local x = 0.0 while x < 1e300 do x = x + 1 end
