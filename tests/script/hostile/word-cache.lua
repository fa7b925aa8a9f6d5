for i = 1, 5 do local w = role(('x'):rep(300000) .. i) end
