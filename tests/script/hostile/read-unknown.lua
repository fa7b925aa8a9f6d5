while true do pcall(function() return deal[('x'):rep(60)] end) end
