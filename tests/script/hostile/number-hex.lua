local s = '0x' .. ('f'):rep(1000000) .. '.8p1' while true do local _ = s * 1 end
