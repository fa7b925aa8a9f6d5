local function f(n) pcall(function() if n > 0 then f(n - 1) end while true do end end) f(n) end f(20)
