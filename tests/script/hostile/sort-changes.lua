local t = {} for i = 1, 10000 do t[i] = i end table.sort(t, function() t[#t + 1] = 1 for i = 1, #t do t[i] = nil end return true end)
