act.task { title = 'x', who = handler, writes = { [1] = 'a', [3] = 'b' } }
