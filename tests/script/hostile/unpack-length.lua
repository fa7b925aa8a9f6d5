string.unpack('s8', ('\255'):rep(8) .. 'x') while true do pcall(string.unpack, 's8', ('\255'):rep(8)) end
