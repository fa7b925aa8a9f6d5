print(('x'):rep(1000000), ('y'):rep(1000000)) while true do print(('z'):rep(100000)) end
