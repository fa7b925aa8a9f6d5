local t = {} for i = 1, 50000 do t[i .. ''] = i end for k in pairs(t) do for j in pairs(t) do t[k] = j end end
