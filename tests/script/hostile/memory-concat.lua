local t = {} for i = 1, 1000 do t[i] = ('x'):rep(1 << 14) end return table.concat(t, ('y'):rep(1 << 14))
