setmetatable(act, { __index = print })
