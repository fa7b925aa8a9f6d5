local function f(n) return setmetatable({}, { __concat = function(a) return f(n + 1) .. a end }) end return f(1) .. 'x'
