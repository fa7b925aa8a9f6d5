return table.concat(setmetatable({}, { __index = function() return ('x'):rep(1000) end, __len = function() return 1e9 end }))
