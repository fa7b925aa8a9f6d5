local t = setmetatable({}, { __mode = 'k' }) for i = 1, 1e5 do t[{}] = i end
