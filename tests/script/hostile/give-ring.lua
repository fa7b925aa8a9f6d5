local t = {} t.t = t act.emit('t.x', t)
