local t = { title = 'x', who = handler } for i = 1, 1e5 do t['k' .. i] = i end act.task(t)
