for i = 1, 1e6 do act.note('x' .. i) end
