local t = {} for i = 1, 100 do t[i] = -i end local function less(a, b) local u = {} for i = 1, 100 do u[i] = -i end table.sort(u, less) return a < b end table.sort(t, less)
