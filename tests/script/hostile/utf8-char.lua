local t = {} for i = 1, 200 do t[i] = i end while true do utf8.char(table.unpack(t)) end
