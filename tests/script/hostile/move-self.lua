table.move(setmetatable({}, { __index = function() return 1 end, __newindex = function() end }), 1, 1 << 40, 1)
