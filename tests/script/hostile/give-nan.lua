act.set('score', 0 / 0)
