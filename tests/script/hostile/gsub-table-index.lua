return (('a'):rep(100)):gsub('a', setmetatable({}, { __index = function() while true do end end }))
