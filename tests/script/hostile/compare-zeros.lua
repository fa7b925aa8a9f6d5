local a = ('\0'):rep(1500000) local b = a .. 'x' while true do local _ = a < b end
