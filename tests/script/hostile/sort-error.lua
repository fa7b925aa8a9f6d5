local t = { 3, 2, 1 } while true do pcall(table.sort, t, function() error(t) end) end
