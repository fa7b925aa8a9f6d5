local t = {} while true do t[('k'):rep(100000) .. #t] = true t[#t + 1] = 1 end
