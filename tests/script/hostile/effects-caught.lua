for i = 1, 1e6 do pcall(act.note, 'x') end
