act.emit('t.x', { f = print })
