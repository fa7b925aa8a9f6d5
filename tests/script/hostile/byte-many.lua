while true do pcall(string.byte, ('x'):rep(1 << 20), 1, -1) end
