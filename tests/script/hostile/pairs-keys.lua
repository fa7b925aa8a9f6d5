local t = {} t[print] = 1 t[{}] = 2 for _ in pairs(t) do end
