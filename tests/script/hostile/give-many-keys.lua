local t = {} for i = 1, 1000 do t['k' .. i] = { i, i, i } end while true do pcall(act.emit, 'acme.won', t) end
