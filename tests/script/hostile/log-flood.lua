while true do print(('x'):rep(100)) end
