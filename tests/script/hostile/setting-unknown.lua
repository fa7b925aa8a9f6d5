while true do pcall(setting, ('x'):rep(50000)) end
