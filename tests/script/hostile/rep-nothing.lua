while true do local _ = (''):rep(1 << 30) end
