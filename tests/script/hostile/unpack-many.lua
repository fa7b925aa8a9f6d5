while true do pcall(string.unpack, ('b'):rep(1000000), ('x'):rep(1000000)) end
