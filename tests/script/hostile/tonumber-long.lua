local s = ('9'):rep(1 << 20) while true do tonumber(s) tonumber(s, 10) end
