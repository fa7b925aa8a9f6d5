local t = {} for i = 1, 5000 do t['k' .. i] = i end act.task { title = 'x', who = handler, about = t }
