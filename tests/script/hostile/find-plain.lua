local s, n = ('a'):rep(1 << 20), ('a'):rep(1 << 19) .. 'b' while true do s:find(n, 1, true) end
