act.set('score', 1 / 0)
