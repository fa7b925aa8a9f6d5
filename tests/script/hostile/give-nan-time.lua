act.timer('x', 0 / 0)
