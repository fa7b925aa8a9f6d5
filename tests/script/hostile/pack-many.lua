while true do local _ = string.pack(('i8'):rep(200), table.unpack({}, 1, 0)) end
