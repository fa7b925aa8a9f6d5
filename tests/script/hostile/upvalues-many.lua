local function f(n) local t = { n } return function() return t, f(n + 1) end end local g = f(1) while true do local _, h = g() g = h end
