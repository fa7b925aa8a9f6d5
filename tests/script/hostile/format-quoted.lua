local s = ('\0'):rep(1 << 20) while true do local _ = ('%q'):format(s) end
