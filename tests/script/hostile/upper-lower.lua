local s = ('x'):rep(1 << 20) while true do s = s:upper():lower() end
