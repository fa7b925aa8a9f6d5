local s = ('9'):rep(1000000) while true do local _ = s + 1 end
